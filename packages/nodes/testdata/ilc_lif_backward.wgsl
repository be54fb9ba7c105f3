fn hide_(x: f32) -> f32 {
  // A number that compilers do not know: the first uniform is an offset, below 2^31.
  return bitcast<f32>(bitcast<u32>(x) | (uniforms[0].x >> 31u));
}
fn number_(holds: bool) -> f32 { return select(0.0, hide_(1.0), holds); }
fn spike_(x: f32) -> bool {
  // Not negative, or -0.
  let bits = bitcast<u32>(x);
  return bits <= 0x7f800000u || bits == 0x80000000u;
}
fn rank_(x: f32) -> i32 {
  // Integers in the order of the numbers; 0 and -0 are equal, NaN is beyond an infinity.
  let bits = bitcast<i32>(x);
  return select(bits, -(bits & 0x7fffffff), bits < 0);
}
fn less_(a: f32, b: f32) -> bool {
  let p = rank_(a);
  let q = rank_(b);
  return p < q && p >= -0x7f800000 && q <= 0x7f800000;
}
fn abs_(x: f32) -> f32 { return bitcast<f32>(bitcast<u32>(x) & 0x7fffffffu); }
@group(0) @binding(0) var<uniform> uniforms: array<vec4<u32>, 5>;
fn u(i: u32) -> u32 { return uniforms[i / 4u][i % 4u]; }
fn uf(i: u32) -> f32 { return bitcast<f32>(u(i)); }
@group(0) @binding(1) var<storage, read> b0: array<f32>;
@group(0) @binding(2) var<storage, read> b1: array<f32>;
@group(0) @binding(3) var<storage, read> b2: array<f32>;
@group(0) @binding(4) var<storage, read> b3: array<f32>;
@group(0) @binding(5) var<storage, read_write> result: array<f32>;
var<workgroup> exchanged: array<f32, 131>;
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let steps = u(7u);
  let size = u(8u);
  let unit = lane % 3u;
  let own = ((group.y * u(10u) + group.x) * 21u + lane / 3u) * 3u + unit;
  let alive = lane < 63u && own < size;
  let e = select(unit, own, alive);
  var page = 0u;
  let d = e % u(9u);
  let p0 = uf(11u); // vDecay
  let p1 = uf(12u); // vThreshold
  let p2 = uf(13u); // vReset
  let p3 = uf(14u); // number.0
  let p4 = uf(15u); // number.1
  let p5 = uf(16u); // number.2
  let bias = b2[u(4u) + d];
  let to0 = b1[u(3u) + d * 3u + 0u];
  let to1 = b1[u(3u) + d * 3u + 1u];
  let to2 = b1[u(3u) + d * 3u + 2u];
  let from0 = b1[u(3u) + (d - unit + 0u) * 3u + unit];
  let from1 = b1[u(3u) + (d - unit + 1u) * 3u + unit];
  let from2 = b1[u(3u) + (d - unit + 2u) * 3u + unit];
  var lateral = b0[u(2u) + e];
  let parts = (steps + 7u) / 8u;
  var s0 = b0[u(1u) + e]; // v
  var g0 = 0.0;
  var gx = 0.0;
  var gAhead = b3[u(5u) + (steps - 1u) * size + e];
  var hx: array<f32, 8>;
  var h0: array<f32, 8>;
  for (var part = parts; part > 0u;) {
    part--;
    let start = part * 8u;
    let end = min(start + 8u, steps);
    var ahead = b0[u(0u) + start * size + e];
    for (var t = start; t < end; t++) {
      let at = t * size + e;
      let x = ahead + lateral;
      if (t + 1u < end) { ahead = b0[u(0u) + at + size]; }
      hx[t - start] = x;
      h0[t - start] = s0;
      let f0 = s0 * p0;
      let f1 = f0 + x;
      let f2 = f1 - p1;
      let f3 = spike_(f2);
      let f4 = 1.0 - number_(f3);
      let f5 = f4 * f1;
      let f6 = number_(f3) * p2;
      let f7 = f5 + f6;
      let n0 = f7;
      s0 = n0;
      page = 64u - page;
      exchanged[page + lane] = number_(f3);
      workgroupBarrier();
      let first = page + lane - unit;
      var sum = bias;
      sum += to0 * exchanged[first + 0u];
      sum += to1 * exchanged[first + 1u];
      sum += to2 * exchanged[first + 2u];
      lateral = sum;
    }
    for (var t = end; t > start;) {
      t--;
      let at = t * size + e;
      let k = t - start;
      let x = hx[k];
      page = 64u - page;
      exchanged[page + lane] = gx;
      workgroupBarrier();
      let first = page + lane - unit;
      var sum = 0.0;
      sum += from0 * exchanged[first + 0u];
      sum += from1 * exchanged[first + 1u];
      sum += from2 * exchanged[first + 2u];
      let gOut = gAhead + sum;
      if (t > 0u) { gAhead = b3[u(5u) + at - size]; }
      var gxNow = 0.0;
      var m0 = 0.0;
      if (t == steps - 1u) {
        let r0 = h0[k] * p0;
        let r1 = r0 + x;
        let r2 = r1 - p1;
        let r3 = abs_(r2);
        let r4 = less_(r3, p3);
        let r5 = select(p5, p4, r4);
        let r6 = gOut * r5;
        let r7 = r6 * p0;
        gxNow = r6;
        m0 = r7;
      } else {
        let r0 = h0[k] * p0;
        let r1 = r0 + x;
        let r2 = r1 - p1;
        let r3 = spike_(r2);
        let r4 = 1.0 - number_(r3);
        let r5 = g0 * r4;
        let r6 = g0 * p2;
        let r7 = gOut + r6;
        let r8 = g0 * r1;
        let r9 = r7 - r8;
        let r10 = abs_(r2);
        let r11 = less_(r10, p3);
        let r12 = select(p5, p4, r11);
        let r13 = r9 * r12;
        let r14 = r5 + r13;
        let r15 = r14 * p0;
        gxNow = r14;
        m0 = r15;
      }
      gx = gxNow;
      g0 = m0;
      if (alive) { result[u(6u) + at] = gx; }
    }
  }
}