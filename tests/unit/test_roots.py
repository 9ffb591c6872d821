"""Roots over real slot files: what a start decides, what it refuses, and when something counts as destroyed."""

from collections.abc import Callable, Sequence
from pathlib import Path
from uuid import UUID

import pytest

from jikim.sealing.errors import CannotEfface, RootForeign, RootMissing, RootNotDurable, RootTorn
from jikim.sealing.formats import SLOT_BYTES, root_commitment, root_key
from jikim.sealing.groups import RootGroup
from jikim.sealing.medium import Medium, MediumClass
from jikim.sealing.mirror import Beginning, Mark, Root, RootStore, Verdict
from jikim.sealing.roots import Roots
from jikim.sealing.slots import SlotFile

HOME = UUID(int=7)


class Played(SlotFile):
    """A slot file that lies on whatever medium the test says."""

    letter = MediumClass.MAGNETIC

    def medium(self) -> Medium:
        self.read()
        return Medium(self.letter, ("played",))


@pytest.fixture
def mirrors(tmp_path: Path) -> list[Played]:
    for name in ("m1", "m2"):
        SlotFile.create(tmp_path / name, HOME)
    return [Played(tmp_path / name, HOME) for name in ("m1", "m2")]


def one_group(mirrors: Sequence[Played]) -> Roots:
    return Roots([RootGroup(mirrors)])


def two_groups(mirrors: Sequence[Played]) -> Roots:
    return Roots([RootGroup([mirror]) for mirror in mirrors])


def rooted(roots: RootStore, epoch: int) -> Root:
    root = roots.draw(epoch)
    roots.prepare(root)
    assert roots.efface(root).destroyed
    return root


def away(mirror: Played) -> Path:
    return mirror.path.rename(mirror.path.with_suffix(".away"))


def back(mirror: Played) -> None:
    mirror.path.with_suffix(".away").rename(mirror.path)


def said(beginning: Beginning) -> tuple[Verdict, Mark | None]:
    return beginning.verdict, beginning.root.mark if beginning.root else None


def test_the_first_start_finds_nothing_and_makes_nothing(mirrors: list[Played]) -> None:
    assert said(one_group(mirrors).begin(None, None, 0)) == (Verdict.STEADY, None)
    assert [mirror.read() for mirror in mirrors] == [{}, {}]


def test_a_root_is_derived_from_one_share_of_each_group_and_recognised_by_its_mark(mirrors: list[Played]) -> None:
    root = rooted(two_groups(mirrors), 1)
    shares = [mirror.read()[1] for mirror in mirrors]
    assert shares[0].reveal() != shares[1].reveal()
    assert root.commitment == root_commitment(root_key(1, shares))
    found = two_groups(mirrors).begin(root.mark, None, 1).root
    assert found is not None
    assert found.key.reveal() == root.key.reveal()


def test_mirrors_of_one_group_hold_the_same_share_and_either_is_enough(mirrors: list[Played]) -> None:
    root = rooted(one_group(mirrors), 1)
    for mirror in mirrors:
        away(mirror)
        assert said(one_group(mirrors).begin(root.mark, None, 1)) == (Verdict.STEADY, root.mark)
        back(mirror)


@pytest.mark.parametrize("prepared", [True, False])
def test_a_staged_root_goes_forward_exactly_if_it_is_durable(mirrors: list[Played], prepared: bool) -> None:
    roots = one_group(mirrors)
    old = rooted(roots, 1)
    new = roots.draw(2)
    if prepared:
        mirrors[1].prepare(2, new.shares[0])
    expected = (Verdict.FORWARD, new.mark) if prepared else (Verdict.BACK, old.mark)
    assert said(one_group(mirrors).begin(old.mark, new.mark, 2)) == expected


def test_a_staged_root_that_only_one_group_has_goes_back(mirrors: list[Played]) -> None:
    roots = two_groups(mirrors)
    old = rooted(roots, 1)
    new = roots.draw(2)
    mirrors[0].prepare(2, new.shares[0])
    assert said(two_groups(mirrors).begin(old.mark, new.mark, 2)) == (Verdict.BACK, old.mark)


def test_going_forward_seeds_the_mirror_that_lacks_the_new_root_and_effaces_the_old(mirrors: list[Played]) -> None:
    roots = one_group(mirrors)
    rooted(roots, 1)
    new = roots.draw(2)
    mirrors[1].prepare(2, new.shares[0])
    assert roots.efface(new).destroyed
    assert [list(mirror.read()) for mirror in mirrors] == [[2], [2]]


def test_destroyed_is_said_only_when_every_mirror_of_one_group_is_effaced(mirrors: list[Played]) -> None:
    roots = one_group(mirrors)
    rooted(roots, 1)
    away(mirrors[1])
    new = roots.draw(2)
    roots.prepare(new)
    waiting = roots.efface(new)
    assert (waiting.destroyed, waiting.pending) == (False, ("m2",))
    back(mirrors[1])
    assert list(mirrors[1].read()) == [1], "it comes back with the living old root"
    assert roots.efface(new).destroyed
    assert [list(mirror.read()) for mirror in mirrors] == [[2], [2]]


def test_of_two_groups_one_that_is_complete_is_enough(mirrors: list[Played]) -> None:
    roots = two_groups(mirrors)
    rooted(roots, 1)
    new = roots.draw(2)
    roots.prepare(new)
    away(mirrors[1])
    with pytest.raises(RootNotDurable):
        roots.efface(new)
    assert set(mirrors[0].read()) == {1, 2}, "nothing was effaced"
    back(mirrors[1])
    assert roots.efface(new).destroyed


def test_a_mirror_that_is_far_behind_is_effaced_and_seeded_and_no_reason_to_refuse(mirrors: list[Played]) -> None:
    roots = one_group(mirrors)
    rooted(roots, 1)
    half = roots.draw(2)
    mirrors[0].prepare(2, half.shares[0])  # prepared here, rolled back elsewhere: the epoch is spent
    away(mirrors[0])
    for root in (roots.draw(4), last := roots.draw(5)):
        roots.prepare(root)
        assert roots.efface(root).pending == ("m1",)
    back(mirrors[0])
    assert said(roots.begin(last.mark, None, 5)) == (Verdict.STEADY, last.mark)
    assert roots.efface(last).destroyed
    assert [list(mirror.read()) for mirror in mirrors] == [[5], [5]]


def test_another_share_under_the_present_epoch_is_replaced(mirrors: list[Played]) -> None:
    roots = one_group(mirrors)
    root = rooted(roots, 1)
    mirrors[0].prepare(1, roots.draw(1).shares[0])
    assert said(roots.begin(root.mark, None, 1)) == (Verdict.STEADY, root.mark)
    assert roots.efface(root).destroyed
    assert {mirror.read()[1].reveal() for mirror in mirrors} == {root.shares[0].reveal()}


def test_a_keyring_from_an_earlier_time_is_refused(mirrors: list[Played]) -> None:
    roots = one_group(mirrors)
    old = rooted(roots, 1)
    new = rooted(roots, 2)
    away(mirrors[1])
    mirrors[0].prepare(1, old.shares[0])  # even where the old root still is
    with pytest.raises(RootForeign, match=r"epochs \[2\].*\(1\)"):
        one_group(mirrors).begin(old.mark, None, 1)
    assert set(mirrors[0].read()) == {1, 2}
    assert said(one_group(mirrors).begin(new.mark, None, 2)) == (Verdict.STEADY, new.mark)


def test_a_new_keyring_over_somebodys_roots_is_refused(mirrors: list[Played]) -> None:
    rooted(one_group(mirrors), 1)
    with pytest.raises(RootForeign, match="later than the latest"):
        one_group(mirrors).begin(None, None, 0)


def test_roots_of_another_keyring_are_refused(mirrors: list[Played]) -> None:
    roots = one_group(mirrors)
    rooted(roots, 1)
    with pytest.raises(RootForeign, match="not this keyring's"):
        roots.begin(roots.draw(1).mark, None, 1)


def test_only_older_roots_in_reach_are_told_as_missing(mirrors: list[Played]) -> None:
    roots = one_group(mirrors)
    root = rooted(roots, 1)
    with pytest.raises(RootMissing, match=r"epoch 2 \(found: \[1\]; away: none\)"):
        roots.begin(roots.draw(2).mark, None, 2)
    for mirror in mirrors:
        away(mirror)
    with pytest.raises(RootMissing, match=r"epoch 1 \(found: none; away: m1, m2\)"):
        roots.begin(root.mark, None, 1)


def test_a_torn_only_root_is_told_as_torn(mirrors: list[Played]) -> None:
    roots = one_group(mirrors)
    root = rooted(roots, 1)
    for mirror in mirrors:
        with mirror.path.open("r+b") as file:
            file.seek(SLOT_BYTES + 40)
            file.write(b"torn")
    with pytest.raises(RootTorn, match="m1, m2"):
        roots.begin(root.mark, None, 1)


def test_a_root_is_not_prepared_where_nothing_can_be_effaced(mirrors: list[Played]) -> None:
    for mirror in mirrors:
        mirror.letter = MediumClass.CANNOT
    roots = one_group(mirrors)
    with pytest.raises(CannotEfface, match="played"):
        roots.prepare(roots.draw(1))
    assert [mirror.read() for mirror in mirrors] == [{}, {}]


def test_demo_and_development_may_say_anywhere_and_every_effacement_tells_it(mirrors: list[Played]) -> None:
    mirrors[0].letter = MediumClass.CANNOT
    roots = Roots([RootGroup(mirrors, anywhere=True)])
    root = roots.draw(1)
    roots.prepare(root)
    effacement = roots.efface(root)
    assert effacement.destroyed
    assert effacement.groups[0].media == ("B", "X")


def test_a_mirror_whose_medium_went_bad_is_effaced_and_still_waited_for(mirrors: list[Played]) -> None:
    roots = one_group(mirrors)
    rooted(roots, 1)
    mirrors[1].letter = MediumClass.CANNOT
    new = roots.draw(2)
    roots.prepare(new)
    effacement = roots.efface(new)
    assert (effacement.destroyed, effacement.pending) == (False, ("m2",))
    assert effacement.groups[0].unseeded == ("m2",)
    assert mirrors[1].read() == {}


def test_a_root_without_a_durable_share_effaces_nothing(mirrors: list[Played]) -> None:
    roots = one_group(mirrors)
    rooted(roots, 1)
    with pytest.raises(RootNotDurable, match="epoch 2"):
        roots.efface(roots.draw(2))
    assert [list(mirror.read()) for mirror in mirrors] == [[1], [1]]


@pytest.mark.parametrize("epoch", [1, 2, 3, 4, 5, 7])
def test_a_new_root_never_takes_the_living_ones_slot_or_an_earlier_number(mirrors: list[Played], epoch: int) -> None:
    roots = one_group(mirrors)
    rooted(roots, 5)
    with pytest.raises(ValueError, match="living root"):
        roots.prepare(roots.draw(epoch))


def test_destroying_a_home_leaves_no_root_anywhere(mirrors: list[Played]) -> None:
    roots = one_group(mirrors)
    rooted(roots, 1)
    assert roots.efface_all().destroyed
    assert [mirror.read() for mirror in mirrors] == [{}, {}]


@pytest.mark.parametrize(
    "wrong",
    [
        lambda mirrors: RootGroup([]),
        lambda mirrors: RootGroup([mirrors[0], mirrors[0]]),
        lambda mirrors: Roots([RootGroup(mirrors), RootGroup(mirrors[:1])]),
        lambda mirrors: Roots([]),
    ],
    ids=["empty group", "twice in a group", "in two groups", "no group"],
)
def test_groups_that_would_count_a_mirror_twice_or_none_are_refused(
    mirrors: list[Played], wrong: Callable[[list[Played]], object]
) -> None:
    with pytest.raises(ValueError, match="group"):
        wrong(mirrors)


def test_a_root_shows_neither_key_nor_shares(mirrors: list[Played]) -> None:
    root = one_group(mirrors).draw(1)
    shown = repr(root) + repr(root.mark)
    assert root.key.reveal().hex() not in shown
    assert repr(root.shares[0].reveal())[2:-1] not in shown
