"""The calls that prove_calls.py tries, each on small fixed data, with the name of its own seed argument."""

from __future__ import annotations

import importlib
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

Options = dict[str, Any]


def get(name: str) -> Any:
    """The object of a qualified name."""
    module, _, rest = name.rpartition(".")
    try:
        return getattr(importlib.import_module(module), rest)
    except ImportError:
        return getattr(get(module), rest)


def table() -> Any:
    """A small table."""
    import pandas

    return pandas.DataFrame({"a": range(200), "b": range(200)})


def objective(trial: Any) -> float:
    """Something for a search to minimise."""
    return float((trial.suggest_float("x", -1, 1) - 0.3) ** 2)


def study(options: Options) -> Any:
    """The values that a study tried."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    if "sampler" in options:
        options = {"sampler": optuna.samplers.TPESampler(seed=0)}
    found = optuna.create_study(**options)
    found.optimize(objective, n_trials=15)
    return [trial.params["x"] for trial in found.trials]


def sampler(name: str) -> Callable[[Options], Any]:
    """The values that a study with this sampler tried."""

    def call(options: Options) -> Any:
        import optuna

        optuna.logging.set_verbosity(optuna.logging.ERROR)
        found = optuna.create_study(sampler=get(f"optuna.samplers.{name}")(**options))
        found.optimize(objective, n_trials=15)
        return [trial.params["x"] for trial in found.trials]

    return call


def hyperopt(options: Options) -> Any:
    """The best value of a short search."""
    from hyperopt import fmin, hp, tpe

    if "rstate" in options:
        options = {"rstate": np.random.default_rng(0)}
    return fmin(lambda x: (x - 0.3) ** 2, hp.uniform("x", -1, 1), algo=tpe.suggest, max_evals=10,
                show_progressbar=False, verbose=False, **options)  # fmt: skip


def layer(name: str, *arguments: Any) -> Callable[[Options], Any]:
    """The initial weights of a torch layer."""

    def call(options: Options) -> Any:
        return [value.detach().numpy() for value in get(f"torch.nn.{name}")(*arguments).parameters()]

    return call


def keras_layer(name: str, shape: tuple[int | None, ...], *arguments: Any) -> Callable[[Options], Any]:
    """The initial weights of a Keras layer."""

    def call(options: Options) -> Any:
        made = get(f"keras.layers.{name}")(*arguments)
        made.build(shape)
        return [np.asarray(value) for value in made.get_weights()]

    return call


def torch_call(name: str, *arguments: Any) -> Callable[[Options], Any]:
    """The result of a torch function."""
    return lambda options: get(name)(*arguments, **torch_options(options))


def torch_options(options: Options) -> Options:
    """A torch generator takes the place of a number."""
    import torch

    return {name: torch.Generator().manual_seed(0) for name in options}


def loader(options: Options) -> Any:
    """The order of a shuffled loader."""
    import torch

    data = torch.arange(50)
    return [batch.tolist() for batch in get("torch.utils.data.DataLoader")(
        data, batch_size=10, shuffle=True, **torch_options(options))]  # fmt: skip


def dataset(method: str) -> Callable[[Options], Any]:
    """The rows of a shuffled or split data set."""

    def call(options: Options) -> Any:
        from datasets import Dataset

        found = getattr(Dataset.from_dict({"a": list(range(60))}), method)(**options)
        return list(found["train"]["a"]) if method == "train_test_split" else list(found["a"])

    return call


def streamed(options: Options) -> Any:
    """The rows of a shuffled stream."""
    from datasets import Dataset

    return [row["a"] for row in Dataset.from_dict({"a": list(range(60))}).to_iterable_dataset().shuffle(**options)]


def ensure_pictures() -> str:
    """A folder of tiny pictures."""
    from PIL import Image

    folder = Path(tempfile.gettempdir()) / "groundrules-pictures"
    for number in range(24):
        place = folder / str(number % 2)
        place.mkdir(parents=True, exist_ok=True)
        if not (place / f"{number}.png").exists():
            Image.new("RGB", (4, 4), (number, 0, 0)).save(place / f"{number}.png")
    return str(folder)


def pictures(options: Options) -> Any:
    """The order of a picture data set."""
    found = get("keras.utils.image_dataset_from_directory")(
        ensure_pictures(), batch_size=1, image_size=(4, 4), verbose=False, **options
    )
    return [np.asarray(batch[0]).ravel()[:1] for batch in found]


def generator_flow(options: Options) -> Any:
    """The order of a picture generator."""
    made = get("tensorflow.keras.preprocessing.image.ImageDataGenerator")()
    found = made.flow(np.arange(40.0).reshape(40, 1, 1, 1), batch_size=8, **options)
    return [np.asarray(next(found)).ravel() for _ in range(3)]


def tf_shuffle(options: Options) -> Any:
    """The order of a shuffled tf data set."""
    made = get("tensorflow.data.Dataset").range(50).shuffle(50, **options)
    return [int(value) for value in made]


def lora(options: Options) -> Any:
    """The adapter weights that peft adds."""
    import torch
    from peft import LoraConfig, get_peft_model

    class Small(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.lin = torch.nn.Linear(4, 4)
            torch.nn.init.ones_(self.lin.weight)

    state = torch.get_rng_state()
    small = Small()
    torch.set_rng_state(state)
    model = get_peft_model(small, LoraConfig(target_modules=["lin"]))
    return [value.detach().numpy() for name, value in model.named_parameters() if "lora" in name]


def lda(options: Options) -> Any:
    """The topics of a small corpus."""
    corpus = [[(word, 1 + (word * document) % 3) for word in range(8)] for document in range(12)]
    return get("gensim.models.LdaModel")(corpus, num_topics=3, **options).get_topics()


def xgb_train(options: Options) -> Any:
    """A booster with row and column sampling and no seed."""
    import xgboost

    features = np.random.RandomState(0).normal(size=(80, 4))
    data = xgboost.DMatrix(features, (features[:, 0] > 0).astype(int))
    return xgboost.train({"subsample": 0.5, "colsample_bytree": 0.5, "nthread": 1, **options}, data).predict(data)


def lgb_train(options: Options) -> Any:
    """A booster with row and column sampling and no seed."""
    import lightgbm

    features = np.random.RandomState(0).normal(size=(200, 4))
    data = lightgbm.Dataset(features, (features[:, 0] > 0).astype(int))
    settings = {"bagging_fraction": 0.5, "bagging_freq": 1, "feature_fraction": 0.5, "verbose": -1, "num_threads": 1}
    return lightgbm.train({**settings, **options}, data).predict(features)


def norm(options: Options) -> Any:
    """Draws of a distribution."""
    from scipy import stats

    return stats.norm.rvs(size=5, **options)


def anneal(name: str) -> Callable[[Options], Any]:
    """How an optimiser of scipy went."""

    def call(options: Options) -> Any:
        bounds: Any = [(-5.0, 5.0)] if name != "basinhopping" else [1.0]
        seen: list[float] = []

        def hill(x: Any) -> float:
            seen.append(float(x[0]))
            return float(x[0] ** 2 + np.sin(5 * x[0]))

        limit = {"niter": 3} if name == "basinhopping" else {"maxiter": 3}
        get(f"scipy.optimize.{name}")(hill, bounds, **limit, **options)
        return seen[:40]

    return call


def bootstrap(options: Options) -> Any:
    """A confidence interval."""
    from scipy import stats

    found = stats.bootstrap((np.arange(30.0),), np.mean, n_resamples=50, **options).confidence_interval
    return [float(found.low), float(found.high)]


def polars_sample(options: Options) -> Any:
    """Some rows of a polars table."""
    import polars

    return polars.DataFrame({"a": list(range(100))}).sample(10, **options)["a"].to_list()


def graph(options: Options) -> Any:
    """The edges of a random graph."""
    import networkx

    return sorted(networkx.erdos_renyi_graph(12, 0.4, **options).edges)


CALLS: dict[str, tuple[Callable[[Options], Any], str | None]] = {
    "pandas.DataFrame.sample": (lambda options: list(table().sample(10, **options)["a"]), "random_state"),
    "pandas.Series.sample": (lambda options: list(table()["a"].sample(10, **options)), "random_state"),
    "polars.DataFrame.sample": (polars_sample, "seed"),
    "optuna.create_study": (study, "sampler"),
    **{f"optuna.samplers.{name}": (sampler(name), "seed") for name in (
        "TPESampler", "RandomSampler", "NSGAIISampler", "NSGAIIISampler", "QMCSampler")},
    "hyperopt.fmin": (hyperopt, "rstate"),
    "networkx.erdos_renyi_graph": (graph, "seed"),
    "gensim.models.LdaModel": (lda, "random_state"),
    "scipy.stats.*.rvs": (norm, "random_state"),
    "scipy.stats.bootstrap": (bootstrap, "rng"),
    "scipy.optimize.differential_evolution": (anneal("differential_evolution"), "rng"),
    "scipy.optimize.dual_annealing": (anneal("dual_annealing"), "rng"),
    "scipy.optimize.basinhopping": (anneal("basinhopping"), "rng"),
    "scipy.sparse.random": (lambda options: get("scipy.sparse.random")(9, 9, 0.5, **options), "rng"),
    "xgboost.train": (xgb_train, "seed"),
    "lightgbm.train": (lgb_train, "seed"),
    "datasets.Dataset.shuffle": (dataset("shuffle"), "seed"),
    "datasets.Dataset.train_test_split": (dataset("train_test_split"), "seed"),
    "datasets.IterableDataset.shuffle": (streamed, "seed"),
    "peft.get_peft_model": (lora, None),
    **{f"torch.nn.{name}": (layer(name, *arguments), None) for name, arguments in {
        "Linear": (3, 3), "Bilinear": (2, 2, 2), "Conv1d": (2, 2, 2), "Conv2d": (2, 2, 2), "Conv3d": (2, 2, 2),
        "ConvTranspose1d": (2, 2, 2), "ConvTranspose2d": (2, 2, 2), "ConvTranspose3d": (2, 2, 2), "RNN": (2, 2),
        "LSTM": (2, 2), "GRU": (2, 2), "RNNCell": (2, 2), "LSTMCell": (2, 2), "GRUCell": (2, 2), "Embedding": (3, 3),
        "EmbeddingBag": (3, 3), "Transformer": (4, 2, 1, 1, 4), "TransformerEncoderLayer": (4, 2, 4),
        "TransformerDecoderLayer": (4, 2, 4), "MultiheadAttention": (4, 2),
        "AdaptiveLogSoftmaxWithLoss": (4, 6, [2, 4]), "BatchNorm2d": (3,), "LayerNorm": (3,), "PReLU": ()}.items()},
    **{f"torch.{name}": (torch_call(f"torch.{name}", *arguments), "generator") for name, arguments in {
        "rand": (5,), "randn": (5,), "randint": (100, (5,)), "randperm": (20,)}.items()},
    "torch.utils.data.DataLoader": (loader, "generator"),
    "torch.utils.data.random_split": (
        lambda options: get("torch.utils.data.random_split")(range(40), [20, 20], **torch_options(options))[0].indices,
        "generator"),
    **{f"keras.layers.{name}": (keras_layer(name, shape, *arguments), None) for name, (shape, *arguments) in {
        "Dense": ((None, 3), 3), "Embedding": ((None,), 3, 3), "Conv1D": ((None, 4, 2), 2, 2),
        "Conv2D": ((None, 4, 4, 2), 2, 2), "LSTM": ((None, 3, 2), 2), "GRU": ((None, 3, 2), 2),
        "SimpleRNN": ((None, 3, 2), 2), "SeparableConv2D": ((None, 4, 4, 2), 2, 2),
        "DepthwiseConv2D": ((None, 4, 4, 2), 2), "BatchNormalization": ((None, 3),)}.items()},
    "tensorflow.random.normal": (lambda options: get("tensorflow.random.normal")((4,), **options).numpy(), None),
    "tensorflow.random.shuffle": (lambda options: get("tensorflow.random.shuffle")(np.arange(30)).numpy(), None),
    "tensorflow.data.Dataset.shuffle": (tf_shuffle, "seed"),
    "keras.utils.image_dataset_from_directory": (pictures, "seed"),
    "keras.preprocessing.image.ImageDataGenerator.flow": (generator_flow, "seed"),
}  # fmt: skip
