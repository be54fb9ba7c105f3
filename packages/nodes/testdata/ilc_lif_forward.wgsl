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
@group(0) @binding(0) var<uniform> uniforms: array<vec4<u32>, 5>;
fn u(i: u32) -> u32 { return uniforms[i / 4u][i % 4u]; }
fn uf(i: u32) -> f32 { return bitcast<f32>(u(i)); }
@group(0) @binding(1) var<storage, read> b0: array<f32>;
@group(0) @binding(2) var<storage, read> b1: array<f32>;
@group(0) @binding(3) var<storage, read> b2: array<f32>;
@group(0) @binding(4) var<storage, read> b3: array<f32>;
@group(0) @binding(5) var<storage, read> b4: array<f32>;
@group(0) @binding(6) var<storage, read_write> result: array<f32>;
var<workgroup> exchanged: array<f32, 258>;
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
  let bias = b4[u(4u) + d];
  let to0 = b3[u(3u) + d * 3u + 0u];
  let to1 = b3[u(3u) + d * 3u + 1u];
  let to2 = b3[u(3u) + d * 3u + 2u];
  for (var turn = 0u; turn < u(12u); turn++) {
    let own = first + turn * u(13u);
    let alive = lane < 126u && own < size;
    let e = select(unit, own, alive);
    var s0 = b1[u(1u) + e]; // v
    var lateral = b2[u(2u) + e];
    var xAhead0 = b0[u(0u) + 0u * size + e];
    var xAhead1 = b0[u(0u) + min(0u + 1u, steps - 1u) * size + e];
    for (var t = 0u; t < steps; t++) {
      {
        let at = t * size + e;
        let x = xAhead0 + lateral;
        if (t + 2u < steps) { xAhead0 = b0[u(0u) + at + 2u * size]; }
        let e0 = s0 * p0;
        let e1 = e0 + x;
        let e2 = e1 - p1;
        let e3 = spike_(e2);
        let e4 = 1.0 - number_(e3);
        let e5 = e4 * e1;
        let e6 = number_(e3) * p2;
        let e7 = e5 + e6;
        let sent = number_(e3);
        if (alive) { result[u(5u) + at] = sent; }
        let n0 = e7;
        s0 = n0;
        page = 129u - page;
        exchanged[page + lane] = sent;
        workgroupBarrier();
        let mates = page + lane - unit;
        var sum = bias;
        let q0 = exchanged[mates + 0u]; sum += to0 * q0;
        let q1 = exchanged[mates + 1u]; sum += to1 * q1;
        let q2 = exchanged[mates + 2u]; sum += to2 * q2;
        lateral = sum;
      }
      t++;
      if (t >= steps) { break; }
      let at = t * size + e;
      let x = xAhead1 + lateral;
      if (t + 2u < steps) { xAhead1 = b0[u(0u) + at + 2u * size]; }
      let e0 = s0 * p0;
      let e1 = e0 + x;
      let e2 = e1 - p1;
      let e3 = spike_(e2);
      let e4 = 1.0 - number_(e3);
      let e5 = e4 * e1;
      let e6 = number_(e3) * p2;
      let e7 = e5 + e6;
      let sent = number_(e3);
      if (alive) { result[u(5u) + at] = sent; }
      let n0 = e7;
      s0 = n0;
      page = 129u - page;
      exchanged[page + lane] = sent;
      workgroupBarrier();
      let mates = page + lane - unit;
      var sum = bias;
      let q0 = exchanged[mates + 0u]; sum += to0 * q0;
      let q1 = exchanged[mates + 1u]; sum += to1 * q1;
      let q2 = exchanged[mates + 2u]; sum += to2 * q2;
      lateral = sum;
    }
    if (alive) { result[u(6u) + e] = s0; result[u(7u) + e] = lateral; }
  }
}