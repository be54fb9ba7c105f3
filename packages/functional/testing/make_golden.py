"""Computes testdata/pytorch.json with PyTorch: losses, optimizers, schedules.

Run it in this folder's parent, in any environment that has torch:

    python testing/make_golden.py
"""

import json
import torch
import torch.nn.functional as F

torch.manual_seed(0)
torch.set_num_threads(1)


def pack(x):
    """A tensor as its shape and its numbers, which read back as the same float32."""
    x = x.detach().to(torch.float32)
    return {"shape": list(x.shape), "data": [float(f"{v:.9g}") for v in x.flatten().tolist()]}


def with_gradient(inputs, loss):
    """The value of a loss and its gradient by the first of its inputs."""
    leaf = inputs[0].clone().requires_grad_()
    value = loss(leaf, *inputs[1:])
    value.backward()
    return {
        "inputs": [pack(x) for x in inputs],
        "value": pack(value),
        "gradient": pack(leaf.grad),
    }


def padding(steps, lengths):
    """True where a step counts, [T, N]."""
    return torch.arange(steps)[:, None] < lengths[None, :]


def losses():
    logits = 3 * torch.randn(6, 5)
    labels = torch.randint(0, 5, (6,))
    shares = torch.softmax(torch.randn(6, 5), -1)
    steps, rows, classes = 4, 3, 5
    lengths = torch.tensor([4, 1, 3])
    mask = padding(steps, lengths)
    sequence = 3 * torch.randn(steps, rows, classes)
    goals = torch.randn(steps, rows, classes)
    places = torch.randint(0, classes, (steps, rows))
    spikes = (torch.rand(steps, rows, classes) < 0.4).float()
    ignored = torch.where(mask, places, torch.tensor(-100))
    rate = lambda s: (s * mask[:, :, None]).sum(0) / lengths[:, None]
    bounds = lambda r: (F.relu(0.3 - r) ** 2 + F.relu(r - 0.4) ** 2).mean()
    return {
        "crossEntropy": with_gradient([logits, labels], F.cross_entropy),
        "crossEntropy of shares": with_gradient([logits, shares], F.cross_entropy),
        "crossEntropy with lengths": with_gradient(
            [sequence, places, lengths],
            lambda x, y, n: F.cross_entropy(x.flatten(0, 1), ignored.flatten()),
        ),
        "meanSquaredError": with_gradient([sequence, goals], F.mse_loss),
        "meanSquaredError with lengths": with_gradient(
            [sequence, goals, lengths], lambda x, y, n: F.mse_loss(x[mask], y[mask])
        ),
        "spikeRateLoss": with_gradient(
            [spikes], lambda s: F.mse_loss(s.mean(0), torch.full((rows, classes), 0.3))
        ),
        "spikeRateLoss with lengths": with_gradient(
            [spikes, lengths], lambda s, n: F.mse_loss(rate(s), torch.full((rows, classes), 0.3))
        ),
        "rateBounds": with_gradient([spikes], lambda s: bounds(s.mean((0, 1)))),
        "rateBounds with lengths": with_gradient(
            [spikes, lengths], lambda s, n: bounds(rate(s).mean(0))
        ),
    }


def optimizers():
    """Five updates of two parameters, the second of which may have a learning rate of its own."""
    slopes = [[torch.randn(3), torch.randn(2, 2)] for _ in range(5)]
    start = [torch.randn(3), torch.randn(2, 2)]
    cases = {
        "adam": (torch.optim.Adam, {"lr": 0.05}, {}),
        "adam with decay": (torch.optim.Adam, {"lr": 0.05, "weight_decay": 0.1}, {}),
        "adamW": (torch.optim.AdamW, {"lr": 0.05}, {}),
        "adamW with decay": (
            torch.optim.AdamW,
            {"lr": 0.05, "weight_decay": 0.3, "betas": (0.8, 0.95), "eps": 1e-6},
            {},
        ),
        "adamW by group": (torch.optim.AdamW, {"lr": 0.05, "weight_decay": 0.3}, {"lr": 0.2}),
        "adam by group": (torch.optim.Adam, {"lr": 0.05}, {"lr": 0.001}),
        "sgd by group": (torch.optim.SGD, {"lr": 0.05, "momentum": 0.9}, {"lr": 0.2}),
    }
    results = {}
    for name, (kind, options, second) in cases.items():
        params = [p.clone().requires_grad_() for p in start]
        optimizer = kind([{"params": params[:1]}, {"params": params[1:], **second}], **options)
        after = []
        for update in slopes:
            for p, g in zip(params, update):
                p.grad = g.clone()
            optimizer.step()
            after.append([pack(p) for p in params])
        results[name] = after
    return {
        "start": [pack(p) for p in start],
        "slopes": [[pack(g) for g in update] for update in slopes],
        "after": results,
    }


def schedules():
    """The learning rates of the first 13 updates."""
    scheduler = torch.optim.lr_scheduler

    def rates(base, make):
        optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=base)
        schedule = make(optimizer)
        found = []
        for _ in range(13):
            found.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            schedule.step()
        return found

    def warm(optimizer):
        rise = scheduler.LinearLR(optimizer, start_factor=0.25, total_iters=4)
        fall = scheduler.CosineAnnealingLR(optimizer, T_max=9, eta_min=0.01)
        return scheduler.SequentialLR(optimizer, [rise, fall], milestones=[4])

    return {
        "cosineDecay": rates(
            0.2, lambda o: scheduler.CosineAnnealingLR(o, T_max=12, eta_min=0.05)
        ),
        "linearDecay": rates(
            0.2, lambda o: scheduler.LinearLR(o, start_factor=1, end_factor=0.25, total_iters=8)
        ),
        "stepDecay": rates(0.2, lambda o: scheduler.StepLR(o, step_size=3, gamma=0.5)),
        "warmUp": rates(0.2, warm),
    }


golden = {
    "source": {"generator": "testing/make_golden.py", "torch": torch.__version__},
    "losses": losses(),
    "optimizers": optimizers(),
    "schedules": schedules(),
}
with open("testdata/pytorch.json", "w") as file:
    json.dump(golden, file, separators=(",", ":"))
    file.write("\n")
