"""A condition that marks a group off: a shallow decision tree, read out in the language of audiences.

The tree asks at most three questions of whoever is in the group against everybody else. Of its leaves those are taken
that match the group best together. How well is measured with the condition itself, on the leads as audiences see them,
since a tree and a condition differ on leads without a value.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from service.audiences.conditions import matches
from service.learning.cluster_models import Proposal
from service.learning.features import Matrix, Row, Schema
from service.profile.models import Value

DEPTH = 3
_LEAF = 5
_MOST_LEAVES = 3

Condition = dict[str, Any]


class _Question(NamedTuple):
    """What a column of the tree asks: a number, whether an attribute is a word or true, or whether it has any value."""

    attribute: str
    value: str | bool | None
    number: bool


def propose(
    rows: Sequence[Row], values: Sequence[Mapping[str, Value]], inside: NDArray[np.bool_], schema: Schema, seed: int
) -> Proposal:
    """The condition that matches the group best; `values` are the leads as audiences see them."""
    questions, matrix = _asked(rows, schema)
    leaves = _leaves(matrix, inside, questions, seed)
    best = Proposal(condition={}, precision=0, recall=0, f1=0)
    taken: list[Condition] = []
    for leaf in leaves[:_MOST_LEAVES]:
        condition = {"$or": [*taken, leaf]} if taken else leaf
        proposal = measured(condition, values, inside)
        if proposal.f1 > best.f1:
            best, taken = proposal, [*taken, leaf]
    return best


def measured(condition: Condition, values: Sequence[Mapping[str, Value]], inside: NDArray[np.bool_]) -> Proposal:
    """How well a condition matches the group."""
    held = np.array([matches(condition, one) for one in values], bool)
    both = int((held & inside).sum())
    precision, recall = both / max(int(held.sum()), 1), both / max(int(inside.sum()), 1)
    f1 = 2 * precision * recall / (precision + recall) if both else 0.0
    return Proposal(condition=condition, precision=round(precision, 4), recall=round(recall, 4), f1=round(f1, 4))


def _asked(rows: Sequence[Row], schema: Schema) -> tuple[list[_Question], Matrix]:
    """One column a question. A number that is missing stands below all others: it answers no to `at least`."""
    encoded, questions, columns = schema.encode(rows), [], []
    for place, (name, word) in enumerate(schema.places):
        values = encoded[:, place]
        missing = np.isnan(values)
        if schema.kinds[place] == "number":
            low = np.nanmin(values) - 1 if not missing.all() else 0.0
            columns.append(np.where(missing, low, values))
            questions.append(_Question(name, None, True))
        else:
            columns.append(np.nan_to_num(values))
            questions.append(_Question(name, word or True, False))
        if missing.any():
            columns.append((~missing).astype(np.float64))
            questions.append(_Question(name, None, False))
    return questions, np.column_stack(columns)


def _leaves(matrix: Matrix, inside: NDArray[np.bool_], questions: Sequence[_Question], seed: int) -> list[Condition]:
    """The leaves in which the group is the majority, those with most of the group first."""
    from sklearn.tree import DecisionTreeClassifier  # noqa: PLC0415 - scikit-learn takes a second to import

    model = DecisionTreeClassifier(
        max_depth=DEPTH, min_samples_leaf=_LEAF, class_weight="balanced", random_state=seed
    ).fit(matrix, inside)
    at = model.apply(matrix)
    found = []
    for leaf, way in _ways(model.tree_, 0, ()):
        members, others = int((inside & (at == leaf)).sum()), int((~inside & (at == leaf)).sum())
        if members > others and way:
            found.append((-members, leaf, _condition(way, questions)))
    return [condition for _, _, condition in sorted(found, key=lambda one: one[:2])]


Way = tuple[tuple[int, float, bool], ...]


def _ways(tree: Any, node: int, way: Way) -> Iterator[tuple[int, Way]]:
    if tree.children_left[node] == tree.children_right[node]:
        yield node, way
        return
    column, threshold = int(tree.feature[node]), float(tree.threshold[node])
    yield from _ways(tree, tree.children_left[node], (*way, (column, threshold, False)))
    yield from _ways(tree, tree.children_right[node], (*way, (column, threshold, True)))


def _condition(way: Way, questions: Sequence[_Question]) -> Condition:
    """The answers on the way to a leaf as one condition: the tightest bounds of each number."""
    asked: dict[str, Condition] = {}
    others: list[Condition] = []
    for column, threshold, above in way:
        question = questions[column]
        if question.number:
            bounds = asked.setdefault(question.attribute, {})
            operator, bound = _bound(threshold, above=above)
            tighter = max if above else min
            bounds[operator] = tighter(bounds.get(operator, bound), bound)
        else:
            others.append({question.attribute: _answer(question, yes=above)})
    parts = [{name: bounds} for name, bounds in asked.items()] + others
    together: Condition = {}
    for part in parts:
        together |= part
    return together if len(together) == len(parts) else {"$and": parts}


def _bound(threshold: float, *, above: bool) -> tuple[str, float | int]:
    """Thresholds lie between two values: a whole number on either side where they are far apart, else two decimals."""
    if above:
        return "$gte", math.ceil(threshold) if threshold % 1 == 0.5 or threshold >= 100 else round(threshold, 2)
    return "$lte", math.floor(threshold) if threshold % 1 == 0.5 or threshold >= 100 else round(threshold, 2)


def _answer(question: _Question, *, yes: bool) -> Any:
    if question.value is None:
        return {"$exists": yes}
    return question.value if yes else {"$ne": question.value}
