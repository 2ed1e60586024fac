"""What a fact may carry: checked when its class is declared, so nothing outside can even be imported."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from contracts.classes import DataClass, Leaf, leaves
from contracts.lists.closed import ClosedList
from contracts.topics import TOPICS, Topic

if TYPE_CHECKING:
    from contracts.event import Fact

NAMED = {
    "person_id": DataClass.P,
    "referrer_id": DataClass.P,
    "presenter_id": DataClass.P,
    "owner_id": DataClass.P,
    "approved_by": DataClass.P,
    "commission_id": DataClass.N,
    "organisation_id": DataClass.N,
    "partner_id": DataClass.N,
    "household_id": DataClass.H,
}
"""Ids that are of one class wherever they appear."""
NUMBERS_OF_PEOPLE = frozenset({"nur", "nir", "syplo", "dalo", "daho", "phone", "birth"})
"""Words of field names under which a number that identifies a household would travel."""


class NotAllowedError(TypeError):
    """A fact declares something that its topic does not take."""


def check(fact: "type[Fact]") -> None:
    """Raise NotAllowedError unless the fact's key and fields are what its topic takes."""
    faults = list(faults_of(fact))
    if faults:
        raise NotAllowedError(f"{fact.TYPE}: {'; '.join(faults)}")


def faults_of(fact: "type[Fact]") -> Iterator[str]:
    """Yield what is wrong with the declaration of a fact."""
    topic = TOPICS.get(fact.TOPIC)
    if topic is None:
        yield f"no topic {fact.TOPIC}"
        return
    for name in fact.KEY:
        if name not in fact.model_fields or not all(
            leaf.mark is not None and leaf.mark.identifies for leaf in leaves(fact.model_fields[name])
        ):
            yield f"key {name} is not the id of a field"
    if topic.compacted and "version" not in fact.model_fields:
        yield "a compacted record needs a version"
    for path, field in fields_of(fact):
        yield from _faults(path, field, topic, fact.DATA_CLASS)


def fields_of(model: type[BaseModel], under: str = "") -> Iterator[tuple[str, FieldInfo]]:
    """Yield every field by its dotted path, those of nested objects after their holder."""
    for name, field in model.model_fields.items():
        yield under + name, field
        for leaf in leaves(field):
            if is_nested(leaf):
                yield from fields_of(leaf.type, f"{under}{name}.")


def is_nested(leaf: Leaf) -> bool:
    """Return whether a leaf is an object with fields of its own."""
    return leaf.mark is None and isinstance(leaf.type, type) and issubclass(leaf.type, BaseModel)


def class_of(path: str, leaf: Leaf, otherwise: DataClass) -> DataClass:
    """Return the data class of a field: its own, else its fact's."""
    own = leaf.mark.data_class if leaf.mark is not None else None
    return own or NAMED.get(path.rsplit(".", 1)[-1], otherwise)


def _faults(path: str, field: FieldInfo, topic: Topic, otherwise: DataClass) -> Iterator[str]:
    name = path.rsplit(".", 1)[-1]
    if NUMBERS_OF_PEOPLE & set(name.split("_")):
        yield f"{path} names a number of a person"
    for leaf in leaves(field):
        if is_nested(leaf):
            continue
        if leaf.mark is None and not (isinstance(leaf.type, type) and issubclass(leaf.type, ClosedList)):
            yield f"{path} has a type outside contracts.fields and contracts.lists"
            continue
        data_class = class_of(path, leaf, otherwise)
        if data_class not in topic.classes:
            yield f"{path} is of class {data_class}, {topic.name} takes {', '.join(sorted(topic.classes))}"
        if leaf.mark is not None and leaf.mark.wording and not topic.wording:
            yield f"{path} is text, {topic.name} takes none"
        if data_class is not NAMED.get(name, data_class):
            yield f"{path} is of class {data_class}, that id is of class {NAMED[name]}"
