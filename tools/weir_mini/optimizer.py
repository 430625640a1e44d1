"""Muon for the matrices (Jordan et al. 2024), AdamW for the embedding and the norms."""

import torch

NEWTON_SCHULZ = (3.4445, -4.7750, 2.0315)


def orthogonalize(gradient, steps=5):
    """The nearest semi-orthogonal matrix, roughly, by a quintic Newton-Schulz iteration."""
    a, b, c = NEWTON_SCHULZ
    x = gradient.bfloat16()
    tall = x.shape[0] > x.shape[1]
    if tall:
        x = x.T
    x = x / (x.norm() + 1e-7)
    for _ in range(steps):
        gram = x @ x.T
        x = a * x + (b * gram + c * gram @ gram) @ x
    return (x.T if tall else x).to(gradient.dtype)


class Muon(torch.optim.Optimizer):
    """`parallel` maps a function over the matrices: an executor's map, or the built-in one."""

    def __init__(self, parameters, lr, momentum=0.95, weight_decay=0.0, parallel=map):
        super().__init__(parameters, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})
        self.parallel = parallel

    def step(self):
        for group in self.param_groups:
            list(
                self.parallel(lambda parameter, group=group: self._update(parameter, group), group["params"])
            )

    @torch.no_grad()
    def _update(self, parameter, group):
        state = self.state[parameter]
        if "momentum" not in state:
            state["momentum"] = torch.zeros_like(parameter)
        momentum = state["momentum"]
        momentum.lerp_(parameter.grad, 1 - group["momentum"])
        direction = orthogonalize(parameter.grad.lerp(momentum, group["momentum"]))
        scale = max(1.0, parameter.shape[0] / parameter.shape[1]) ** 0.5
        parameter.mul_(1 - group["lr"] * group["weight_decay"])
        parameter.add_(direction, alpha=-group["lr"] * scale)


def make_optimizers(model, muon_lr, adam_lr, weight_decay, parallel=map):
    matrices = [p for n, p in model.named_parameters() if p.dim() == 2 and "embedding" not in n]
    others = [p for n, p in model.named_parameters() if p.dim() != 2 or "embedding" in n]
    return [
        Muon(matrices, lr=muon_lr, weight_decay=weight_decay, parallel=parallel),
        torch.optim.AdamW(others, lr=adam_lr, betas=(0.9, 0.95), weight_decay=0.0),
    ]
