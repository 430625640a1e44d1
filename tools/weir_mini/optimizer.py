"""Muon for the matrices (Jordan et al. 2024), AdamW for the embedding and the norms."""

import torch

NEWTON_SCHULZ = (3.4445, -4.7750, 2.0315)


def orthogonalize(gradients, steps=5):
    """The nearest semi-orthogonal matrices, roughly, by a quintic Newton-Schulz iteration.

    gradients [matrices, rows, columns]
    """
    a, b, c = NEWTON_SCHULZ
    x = gradients.bfloat16()
    tall = x.shape[1] > x.shape[2]
    if tall:
        x = x.mT
    x = x / (x.norm(dim=(1, 2), keepdim=True) + 1e-7)
    for _ in range(steps):
        gram = x @ x.mT
        x = a * x + (b * gram + c * gram @ gram) @ x
    return (x.mT if tall else x).to(gradients.dtype)


class Muon(torch.optim.Optimizer):
    """Matrices of one shape are updated together; `parallel` maps a function over the shapes: an
    executor's map, or the built-in one."""

    def __init__(self, parameters, lr, momentum=0.95, weight_decay=0.0, parallel=map):
        super().__init__(parameters, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})
        self.parallel = parallel

    def step(self):
        for group in self.param_groups:
            shapes = {}
            for parameter in group["params"]:
                shapes.setdefault(parameter.shape, []).append(parameter)
            list(self.parallel(lambda same, group=group: self._update(same, group), shapes.values()))

    @torch.no_grad()
    def _update(self, parameters, group):
        momenta = [self._momentum(parameter) for parameter in parameters]
        gradients = torch.stack([parameter.grad for parameter in parameters])
        torch._foreach_lerp_(momenta, list(gradients), 1 - group["momentum"])
        directions = orthogonalize(gradients.lerp(torch.stack(momenta), group["momentum"]))
        rows, columns = parameters[0].shape
        scale = max(1.0, rows / columns) ** 0.5
        torch._foreach_mul_(parameters, 1 - group["lr"] * group["weight_decay"])
        torch._foreach_add_(parameters, list(directions), alpha=-group["lr"] * scale)

    def _momentum(self, parameter):
        state = self.state[parameter]
        if "momentum" not in state:
            state["momentum"] = torch.zeros_like(parameter)
        return state["momentum"]


def make_optimizers(model, muon_lr, adam_lr, weight_decay, parallel=map):
    matrices = [p for n, p in model.named_parameters() if p.dim() == 2 and "embedding" not in n]
    others = [p for n, p in model.named_parameters() if p.dim() != 2 or "embedding" in n]
    return [
        Muon(matrices, lr=muon_lr, weight_decay=weight_decay, parallel=parallel),
        torch.optim.AdamW(others, lr=adam_lr, betas=(0.9, 0.95), weight_decay=0.0),
    ]
