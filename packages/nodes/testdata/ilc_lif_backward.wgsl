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
@group(0) @binding(5) var<storage, read> b4: array<f32>;
@group(0) @binding(6) var<storage, read> b5: array<f32>;
@group(0) @binding(7) var<storage, read_write> result: array<f32>;
var<workgroup> exchanged: array<f32, 258>;
var<workgroup> kept: array<f32, 1024>;
@compute @workgroup_size(128)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let steps = u(8u);
  let size = u(9u);
  let units = u(10u);
  let unit = lane % 3u;
  let first = (group.y * u(11u) + group.x) * 126u + lane;
  let d = first % units;
  var page = 0u;
  let p0 = uf(14u); // vDecay
  let p1 = uf(15u); // vThreshold
  let p2 = uf(16u); // vReset
  let p3 = uf(17u); // number.0
  let p4 = uf(18u); // number.1
  let p5 = uf(19u); // number.2
  let bias = b4[u(4u) + d];
  let to0 = b3[u(3u) + d * 3u + 0u];
  let to1 = b3[u(3u) + d * 3u + 1u];
  let to2 = b3[u(3u) + d * 3u + 2u];
  let from0 = b3[u(3u) + (d - unit + 0u) * 3u + unit];
  let from1 = b3[u(3u) + (d - unit + 1u) * 3u + unit];
  let from2 = b3[u(3u) + (d - unit + 2u) * 3u + unit];
  var w0 = 0.0; var w1 = 0.0; var w2 = 0.0;
  var wBias = 0.0;
  for (var turn = 0u; turn < u(12u); turn++) {
    let own = first + turn * u(13u);
    let alive = lane < 126u && own < size;
    let e = select(unit, own, alive);
    var s0 = b1[u(1u) + e]; // v
    var lateral = b2[u(2u) + e];
    var g0 = 0.0;
    var gx = 0.0;
    let start = 0u;
    let end = steps;
    var gAhead0 = b5[u(5u) + (end - 1u) * size + e];
    var gAhead1 = b5[u(5u) + (max(end, start + 2u) - 2u) * size + e];
    {
      var xAhead0 = b0[u(0u) + start * size + e];
      var xAhead1 = b0[u(0u) + min(start + 1u, steps - 1u) * size + e];
      for (var t = start; t < end; t++) {
        {
          let at = t * size + e;
          let x = xAhead0 + lateral;
          if (t + 2u < end) { xAhead0 = b0[u(0u) + at + 2u * size]; }
          let f0 = s0 * p0;
          let f1 = f0 + x;
          let f2 = f1 - p1;
          let f3 = spike_(f2);
          let f4 = 1.0 - number_(f3);
          let f5 = f4 * f1;
          let f6 = number_(f3) * p2;
          let f7 = f5 + f6;
          kept[(t - start) * 128u + 0u + lane] = f1;
          let n0 = f7;
          s0 = n0;
          page = 129u - page;
          exchanged[page + lane] = number_(f3);
          workgroupBarrier();
          let mates = page + lane - unit;
          var sum = bias;
          let q0 = exchanged[mates + 0u]; sum += to0 * q0;
          let q1 = exchanged[mates + 1u]; sum += to1 * q1;
          let q2 = exchanged[mates + 2u]; sum += to2 * q2;
          lateral = sum;
        }
        t++;
        if (t >= end) { break; }
        let at = t * size + e;
        let x = xAhead1 + lateral;
        if (t + 2u < end) { xAhead1 = b0[u(0u) + at + 2u * size]; }
        let f0 = s0 * p0;
        let f1 = f0 + x;
        let f2 = f1 - p1;
        let f3 = spike_(f2);
        let f4 = 1.0 - number_(f3);
        let f5 = f4 * f1;
        let f6 = number_(f3) * p2;
        let f7 = f5 + f6;
        kept[(t - start) * 128u + 0u + lane] = f1;
        let n0 = f7;
        s0 = n0;
        page = 129u - page;
        exchanged[page + lane] = number_(f3);
        workgroupBarrier();
        let mates = page + lane - unit;
        var sum = bias;
        let q0 = exchanged[mates + 0u]; sum += to0 * q0;
        let q1 = exchanged[mates + 1u]; sum += to1 * q1;
        let q2 = exchanged[mates + 2u]; sum += to2 * q2;
        lateral = sum;
      }
    }
    for (var t = end; t > start;) {
      {
        t--;
        let at = t * size + e;
        let h0 = kept[(t - start) * 128u + 0u + lane];
        let gNow = gAhead0;
        if (t >= start + 2u) { gAhead0 = b5[u(5u) + at - 2u * size]; }
        let o0 = h0 - p1;
        let o1 = spike_(o0);
        let sent = number_(o1);
        let gOwn = select(0.0, gx, alive);
        page = 129u - page;
        exchanged[page + lane] = gOwn;
        workgroupBarrier();
        let mates = page + lane - unit;
        var sum = 0.0;
        let q0 = exchanged[mates + 0u]; sum += from0 * q0;
        let q1 = exchanged[mates + 1u]; sum += from1 * q1;
        let q2 = exchanged[mates + 2u]; sum += from2 * q2;
        w0 += sent * q0;
        w1 += sent * q1;
        w2 += sent * q2;
        wBias += gOwn;
        let gOut = gNow + sum;
        var gxNow = 0.0;
        var m0 = 0.0;
        if (t == steps - 1u) {
          let r0 = h0 - p1;
          let r1 = abs_(r0);
          let r2 = less_(r1, p3);
          let r3 = select(p5, p4, r2);
          let r4 = gOut * r3;
          let r5 = r4 * p0;
          gxNow = r4;
          m0 = r5;
        } else {
          let r0 = h0 - p1;
          let r1 = spike_(r0);
          let r2 = 1.0 - number_(r1);
          let r3 = g0 * r2;
          let r4 = g0 * p2;
          let r5 = gOut + r4;
          let r6 = g0 * h0;
          let r7 = r5 - r6;
          let r8 = abs_(r0);
          let r9 = less_(r8, p3);
          let r10 = select(p5, p4, r9);
          let r11 = r7 * r10;
          let r12 = r3 + r11;
          let r13 = r12 * p0;
          gxNow = r12;
          m0 = r13;
        }
        gx = gxNow;
        g0 = m0;
        if (alive) { result[u(6u) + at] = gx; }
      }
      if (t <= start) { break; }
      t--;
      let at = t * size + e;
      let h0 = kept[(t - start) * 128u + 0u + lane];
      let gNow = gAhead1;
      if (t >= start + 2u) { gAhead1 = b5[u(5u) + at - 2u * size]; }
      let o0 = h0 - p1;
      let o1 = spike_(o0);
      let sent = number_(o1);
      let gOwn = select(0.0, gx, alive);
      page = 129u - page;
      exchanged[page + lane] = gOwn;
      workgroupBarrier();
      let mates = page + lane - unit;
      var sum = 0.0;
      let q0 = exchanged[mates + 0u]; sum += from0 * q0;
      let q1 = exchanged[mates + 1u]; sum += from1 * q1;
      let q2 = exchanged[mates + 2u]; sum += from2 * q2;
      w0 += sent * q0;
      w1 += sent * q1;
      w2 += sent * q2;
      wBias += gOwn;
      let gOut = gNow + sum;
      var gxNow = 0.0;
      var m0 = 0.0;
      if (t == steps - 1u) {
        let r0 = h0 - p1;
        let r1 = abs_(r0);
        let r2 = less_(r1, p3);
        let r3 = select(p5, p4, r2);
        let r4 = gOut * r3;
        let r5 = r4 * p0;
        gxNow = r4;
        m0 = r5;
      } else {
        let r0 = h0 - p1;
        let r1 = spike_(r0);
        let r2 = 1.0 - number_(r1);
        let r3 = g0 * r2;
        let r4 = g0 * p2;
        let r5 = gOut + r4;
        let r6 = g0 * h0;
        let r7 = r5 - r6;
        let r8 = abs_(r0);
        let r9 = less_(r8, p3);
        let r10 = select(p5, p4, r9);
        let r11 = r7 * r10;
        let r12 = r3 + r11;
        let r13 = r12 * p0;
        gxNow = r12;
        m0 = r13;
      }
      gx = gxNow;
      g0 = m0;
      if (alive) { result[u(6u) + at] = gx; }
    }
  }
  if (lane < 126u && first < size) {
    var part = first / units * ((units * 3u + 63u) / 64u * 64u + (units * 1u + 63u) / 64u * 64u);
    result[u(7u) + part + (d - unit + 0u) * 3u + unit] = w0;
    result[u(7u) + part + (d - unit + 1u) * 3u + unit] = w1;
    result[u(7u) + part + (d - unit + 2u) * 3u + unit] = w2;
    part += (units * 3u + 63u) / 64u * 64u;
    result[u(7u) + part + d] = wBias;
  }
}