"""Times SpikingJelly's nodes at the shapes of the report, beside which run.ts sets them.

    python3 bench/gpu/time_spikingjelly.py '{"shapes": [[5, 100, 8, 10]], "sampleSeconds": 0.05, "totalSeconds": 1.5}'

prints lines of JSON: all that is known after each node at each shape, the smallest first. It needs `pip install torch spikingjelly`, and triton or cupy for the nodes that use them.
On a machine with CUDA it runs there, otherwise on the CPU, and says so.
"""

import importlib.metadata
import inspect
import json
import math
import sys
import time

import torch
from spikingjelly.activation_based import neuron, surrogate

MOST, MOST_RUNS = 31, 2**16

# Without CUDA, shapes of more unit-steps than this take minutes.
MOST_ON_CPU = 3_000_000


def seconds_per_run(run, settle, effort):
    """The same procedure as secondsPerRun() in seconds_per_run.ts."""

    def seconds_of(runs):
        start = time.perf_counter()
        for _ in range(runs):
            run()
        settle()
        return time.perf_counter() - start

    begin = time.perf_counter()
    seconds_of(2)
    samples = []
    runs = 1
    while len(samples) < effort.get("samples", 7) or (
        len(samples) < MOST and time.perf_counter() - begin < effort["totalSeconds"]
    ):
        once, twice = seconds_of(runs), seconds_of(2 * runs)
        difference = twice - once
        if difference >= effort["sampleSeconds"] or runs >= MOST_RUNS:
            samples.append((once, twice))
        else:
            factor = 1.5 * effort["sampleSeconds"] / max(difference, 1e-9)
            runs = min(MOST_RUNS, math.ceil(runs * min(4, max(2, factor))))
            samples.clear()
    work = min(twice for _, twice in samples) - min(once for once, _ in samples)
    return max(0.0, work) / runs


def ilc_node(act_dim, dec_pop_dim, **_):
    return neuron.ILCCUBALIFNode(act_dim, dec_pop_dim)


def lif_node(_act_dim, _dec_pop_dim, **options):
    # v' = v * 0.75 + x, as the LIF that it stands beside.
    return neuron.LIFNode(
        tau=4.0,
        decay_input=False,
        v_threshold=0.5,
        surrogate_function=surrogate.ATan(),
        step_mode="m",
        **options,
    )


def nodes():
    """What is timed: the report's model that it stands beside, a name for what runs it, and how to make it."""
    # ILC nodes exist as a loop of torch operations only.
    yield "ILC-CUBA-LIF", "eager torch", ilc_node, {}
    if "backend" in inspect.signature(neuron.LIFNode.__init__).parameters:
        for backend in ["torch", "cupy", "triton"]:
            yield "LIF", backend, lif_node, {"backend": backend}
    else:  # From 2.0.0 on the library takes the fastest that is there.
        yield "LIF", "its own choice", lif_node, {}


def measure(make, options, shape, device, effort):
    steps, batch, act_dim, dec_pop_dim = shape
    units = act_dim * dec_pop_dim
    torch.manual_seed(0)
    node = make(act_dim, dec_pop_dim, **options).to(device)
    x = torch.rand(steps, batch, units, device=device) - 0.5
    g_spikes = torch.rand(steps, batch, units, device=device) * 2 - 1
    leaf = x.clone().requires_grad_()
    inputs = [leaf, *node.parameters()]

    def apply(values):
        if hasattr(node, "reset"):
            node.reset()  # its state would otherwise go on
        # ILC nodes overwrite their input, so they need a copy of it.
        return node(values.clone() if make is ilc_node else values)

    def forward():
        with torch.no_grad():
            apply(x)

    def both():
        # With one step the connection is not used.
        torch.autograd.grad(apply(leaf), inputs, g_spikes, allow_unused=True)

    settle = torch.cuda.synchronize if device == "cuda" else lambda: None
    return {
        "forward": seconds_per_run(forward, settle, effort),
        "both": seconds_per_run(both, settle, effort),
    }


def main():
    effort = json.loads(sys.argv[1])
    device = "cuda" if torch.cuda.is_available() else "cpu"
    rows, warnings = [], []
    if device == "cpu":
        warnings.append("torch finds no CUDA device: SpikingJelly was timed on the CPU")
    cpu = f"CPU with {torch.get_num_threads()} threads"
    name = torch.cuda.get_device_name() if device == "cuda" else cpu
    versions = f"SpikingJelly {importlib.metadata.version('spikingjelly')}, torch {torch.__version__}"

    def show():
        print(json.dumps({"machine": f"{versions}, {name}", "rows": rows, "warnings": warnings}), flush=True)

    timed = []
    for node in nodes():
        if device == "cpu" and node[1] in ["cupy", "triton"]:
            warnings.append(f"SpikingJelly's {node[1]} nodes need CUDA: not timed")
        else:
            timed.append(node)
    show()
    for shape in sorted(effort["shapes"], key=math.prod):
        for model, backend, make, options in timed:
            where = f"SpikingJelly's {model} ({backend}) at {tuple(shape)}"
            if device == "cpu" and math.prod(shape) > MOST_ON_CPU:
                warnings.append(f"{where}: not timed without CUDA")
            else:
                try:
                    seconds = measure(make, options, shape, device, effort)
                    rows.append({"model": model, "backend": backend, "shape": shape, **seconds})
                except Exception as error:  # A missing package, too little memory: the report goes on.
                    reason = str(error).strip().split("\n")[0] or type(error).__name__
                    warnings.append(f"{where}: {reason}")
            show()


if __name__ == "__main__":
    main()
