"""More calls for prove_calls.py: functions of the global generators, what fills tensors, samplers, agents, graphs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from random_calls import CALLS, Options, get, torch_options

NUMPY: dict[str, tuple[Any, ...]] = {
    "beta": (2, 3, 5), "binomial": (9, 0.5, 9), "bytes": (9,), "chisquare": (2, 5), "choice": (99, 9),
    "dirichlet": ([1, 2, 3],), "exponential": (1, 5), "f": (2, 3, 5), "gamma": (2, 1, 5), "geometric": (0.1, 9),
    "gumbel": (0, 1, 5), "hypergeometric": (20, 20, 20, 9), "laplace": (0, 1, 5), "logistic": (0, 1, 5),
    "lognormal": (0, 1, 5), "logseries": (0.9, 20), "multinomial": (50, [0.2] * 5),
    "multivariate_normal": ([0, 0], [[1, 0], [0, 1]]), "negative_binomial": (9, 0.3, 9),
    "noncentral_chisquare": (2, 1, 5), "noncentral_f": (2, 3, 1, 5),
    "normal": (0, 1, 5), "pareto": (2, 5), "permutation": (30,), "poisson": (20, 9),
    "power": (2, 5), "rand": (5,), "randint": (0, 999, 9), "randn": (5,), "random": (5,), "random_sample": (5,),
    "ranf": (5,), "rayleigh": (1, 5), "sample": (5,), "standard_cauchy": (5,), "standard_exponential": (5,),
    "standard_gamma": (2, 5), "standard_normal": (5,), "standard_t": (3, 5), "triangular": (0, 1, 2, 5),
    "uniform": (0, 1, 5), "vonmises": (0, 1, 5), "wald": (1, 1, 5), "weibull": (2, 5), "zipf": (1.5, 20),
}  # fmt: skip
PYTHON: dict[str, tuple[Any, ...]] = {
    "random": (), "uniform": (0, 1), "triangular": (), "betavariate": (2, 3), "binomialvariate": (99, 0.5),
    "expovariate": (1,), "gammavariate": (2, 1), "gauss": (0, 1), "lognormvariate": (0, 1), "normalvariate": (0, 1),
    "vonmisesvariate": (0, 1), "paretovariate": (2,), "weibullvariate": (1, 2), "getrandbits": (60,), "randbytes": (9,),
    "randrange": (10**9,), "randint": (0, 10**9), "choice": (range(10**6),), "choices": (range(10**6),),
    "sample": (range(10**6), 5),
}  # fmt: skip
FILLS: dict[str, tuple[Any, ...]] = {
    "bernoulli_": (), "cauchy_": (), "exponential_": (), "geometric_": (0.1,), "log_normal_": (), "normal_": (),
    "random_": (), "uniform_": (),
}  # fmt: skip
INITS: dict[str, tuple[Any, ...]] = {
    "uniform_": (), "normal_": (), "trunc_normal_": (), "xavier_uniform_": (), "xavier_normal_": (),
    "kaiming_uniform_": (), "kaiming_normal_": (), "orthogonal_": (), "sparse_": (0.5,),
}  # fmt: skip


def plain(name: str, arguments: tuple[Any, ...]) -> Callable[[Options], Any]:
    """The result of a function."""
    return lambda options: get(name)(*arguments, **options)


def shuffled(name: str) -> Callable[[Options], Any]:
    """A list after it was shuffled in place."""

    def call(options: Options) -> Any:
        rows = list(range(30))
        get(name)(rows)
        return rows

    return call


def filled(name: str, arguments: tuple[Any, ...]) -> Callable[[Options], Any]:
    """A tensor after a method filled it."""

    def call(options: Options) -> Any:
        import torch

        return getattr(torch.full((6, 6), 0.5), name)(*arguments, **torch_options(options))

    return call


def initial(name: str, arguments: tuple[Any, ...]) -> Callable[[Options], Any]:
    """A tensor of initial weights."""

    def call(options: Options) -> Any:
        import torch

        return get(f"torch.nn.init.{name}")(torch.zeros(6, 6), *arguments, **torch_options(options))

    return call


def tensor_call(name: str, *arguments: Any) -> Callable[[Options], Any]:
    """The result of a function of torch that is given a tensor."""

    def call(options: Options) -> Any:
        import torch

        return get(name)(torch.full((40,), 0.5), *arguments, **torch_options(options))

    return call


def indices(name: str, *arguments: Any) -> Callable[[Options], Any]:
    """The order of a sampler."""
    return lambda options: list(get(f"torch.utils.data.{name}")(*arguments, **torch_options(options)))


def agent(name: str, environment: str) -> Callable[[Options], Any]:
    """The initial weights of an agent."""

    def call(options: Options) -> Any:
        made = get(f"stable_baselines3.{name}")("MlpPolicy", environment, device="cpu", **options)
        return [value.detach().numpy() for value in list(made.policy.parameters())[:4]]

    return call


def graph(name: str, *arguments: Any) -> Callable[[Options], Any]:
    """The edges of a random graph."""
    return lambda options: sorted(get(f"networkx.{name}")(*arguments, **options).edges)


CALLS.update({f"numpy.random.{name}": (plain(f"numpy.random.{name}", given), None) for name, given in NUMPY.items()})
CALLS.update({f"random.{name}": (plain(f"random.{name}", given), None) for name, given in PYTHON.items()})
CALLS.update({name: (shuffled(name), None) for name in ("numpy.random.shuffle", "random.shuffle")})
CALLS.update({f"torch.Tensor.{name}": (filled(name, given), "generator") for name, given in FILLS.items()})
CALLS.update({f"torch.nn.init.{name}": (initial(name, given), "generator") for name, given in INITS.items()})
CALLS.update(
    {f"torch.{name}": (tensor_call(f"torch.{name}"), "generator") for name in ("bernoulli", "poisson", "normal")}
)
CALLS.update({f"torch.{name}": (tensor_call(f"torch.{name}"), None) for name in ("rand_like", "randn_like")})
CALLS["torch.multinomial"] = (tensor_call("torch.multinomial", 20), "generator")
CALLS["torch.utils.data.RandomSampler"] = (indices("RandomSampler", range(40)), "generator")
CALLS["torch.utils.data.SubsetRandomSampler"] = (indices("SubsetRandomSampler", list(range(40))), "generator")
CALLS["torch.utils.data.WeightedRandomSampler"] = (indices("WeightedRandomSampler", [1.0] * 40, 40), "generator")
CALLS.update({f"stable_baselines3.{name}": (agent(name, "CartPole-v1"), "seed") for name in ("A2C", "DQN", "PPO")})
CALLS.update({f"stable_baselines3.{name}": (agent(name, "Pendulum-v1"), "seed") for name in ("DDPG", "SAC", "TD3")})
CALLS["networkx.gnp_random_graph"] = (graph("gnp_random_graph", 12, 0.4), "seed")
CALLS["networkx.barabasi_albert_graph"] = (graph("barabasi_albert_graph", 12, 2), "seed")
CALLS["networkx.watts_strogatz_graph"] = (graph("watts_strogatz_graph", 12, 4, 0.5), "seed")
