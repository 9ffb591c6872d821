"""Checkpoints, keys and proofs are written as other transparency logs write them, and read in that one way only."""

import pytest

from jikim.domain import checkpoint
from jikim.domain.checkpoint import Checkpoint, NotACheckpoint, Note, Proof, VerifierKey, read_key, read_note
from jikim.sealing.primitives import PublicKey, SigningKey, public_key, sign, verify

# The example of golang.org/x/mod/sumdb/note, where the format began.
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_SECRET = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
# The examples of the C2SP texts tlog-checkpoint and tlog-cosignature.
C2SP_NOTE = (
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "— example.com/behind-the-sofa "
    "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    "— witness.example.com/w1 "
    "jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
)
HASH = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="


def test_the_published_note_is_read_signed_and_verified() -> None:
    key, note = read_key(GO_KEY), read_note(GO_NOTE)
    (signature,) = note.by(key)
    verify(PublicKey(key.raw), signature.signature, note.text.encode())
    secret = SigningKey(checkpoint.decode(GO_SECRET, "a key")[1:])
    assert public_key(secret).raw == key.raw
    assert sign(secret, note.text.encode()) == signature.signature
    assert (str(note), str(key), key.key_id.hex()) == (GO_NOTE, GO_KEY, "c74f20a3")


def test_the_published_checkpoint_is_read_and_written_back() -> None:
    note = read_note(C2SP_NOTE)
    found = checkpoint.read_checkpoint(note.text)
    assert (found.origin, found.size, found.root[:2].hex()) == ("example.com/behind-the-sofa", 20852163, "0ac5")
    assert (found.text, str(note)) == (note.text, C2SP_NOTE)


def test_a_witness_signs_the_time_and_the_whole_checkpoint() -> None:
    text = read_note(C2SP_NOTE).text
    assert checkpoint.cosigned(text, 1679315147).decode() == f"cosignature/v1\ntime 1679315147\n{text}"


def test_a_proof_is_written_as_the_format_says_and_read_back() -> None:
    root = checkpoint.decode(HASH, "a hash")
    words = f"c2sp.org/tlog-proof@v1\nindex 73894\n{HASH}\n{HASH}\n\n{C2SP_NOTE}"
    assert checkpoint.read_proof(words) == Proof(73894, (root, root), C2SP_NOTE)
    assert str(Proof(73894, (root, root), C2SP_NOTE)) == words
    assert checkpoint.read_proof(str(Proof(0, (), C2SP_NOTE))) == Proof(0, (), C2SP_NOTE)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "origin\n1\n",
        f"origin\n1\n{HASH}",
        f"\n1\n{HASH}\n",
        f"two words\n1\n{HASH}\n",
        f"origin\n01\n{HASH}\n",
        f"origin\n-1\n{HASH}\n",
        f"origin\n\uff11\n{HASH}\n",
        f"origin\n1\n{HASH}\nextension\n",
        "origin\n1\nAAAA\n",
        f"origin\n1\n{HASH[:-2]}J=\n",  # other bits after the last byte: the same hash, written another way
    ],
)
def test_a_checkpoint_is_read_in_one_way_only(text: str) -> None:
    with pytest.raises(NotACheckpoint, match="not a checkpoint"):
        checkpoint.read_checkpoint(text)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "no signature\n",
        "text\n\n",
        "text\n\n— name AAAAAAA=",
        "text\n\n- name AAAAAAA=\n",
        "text\n\n— name  AAAAAAA=\n",
        "text\n\n— na+me AAAAAAA=\n",
        "text\n\n— name AAAA\n",
        "text\n\n— name %%%%\n",
        "te\txt\n\n— name AAAAAAA=\n",
        "text\n\n" + "— name AAAAAAA=\n" * 17,
        "t" * 70_000 + "\n\n— name AAAAAAA=\n",
    ],
)
def test_a_note_is_read_in_one_way_only(words: str) -> None:
    with pytest.raises(NotACheckpoint):
        read_note(words)


def test_the_text_of_a_note_may_have_empty_lines() -> None:
    note = read_note("one\n\ntwo\n\n— name AAAAAAA=\n")
    assert note.text == "one\n\ntwo\n"


def test_a_verifier_key_altered_anywhere_is_refused() -> None:
    for at in range(len(GO_KEY)):
        for words in (GO_KEY[:at], GO_KEY[:at] + chr(ord(GO_KEY[at]) + 1) + GO_KEY[at + 1 :]):
            with pytest.raises(NotACheckpoint, match="not a verifier key"):
                read_key(words)
    for wrong in (
        VerifierKey("name", 2, bytes(32)),
        VerifierKey("name", 1, bytes(31)),
        VerifierKey("a b", 1, bytes(32)),
    ):
        with pytest.raises(NotACheckpoint, match="not a verifier key"):
            read_key(str(wrong))


@pytest.mark.parametrize(
    "words",
    [
        "",
        f"c2sp.org/tlog-proof@v2\nindex 0\n\n{C2SP_NOTE}",
        f"c2sp.org/tlog-proof@v1\n\n{C2SP_NOTE}",
        f"c2sp.org/tlog-proof@v1\nindex -5\n\n{C2SP_NOTE}",
        f"c2sp.org/tlog-proof@v1\nindex 007\n\n{C2SP_NOTE}",
        f"c2sp.org/tlog-proof@v1\nextra AAAA\nindex 0\n\n{C2SP_NOTE}",
        f"c2sp.org/tlog-proof@v1\nindex 0\nAAAA\n\n{C2SP_NOTE}",
        "c2sp.org/tlog-proof@v1\nindex 0\n" + f"{HASH}\n" * 65 + f"\n{C2SP_NOTE}",
        "c2sp.org/tlog-proof@v1\nindex 0",
    ],
)
def test_a_proof_is_read_in_one_way_only(words: str) -> None:
    with pytest.raises(NotACheckpoint, match="not a proof"):
        checkpoint.read_proof(words)


def test_the_journal_of_a_demo_says_so_first() -> None:
    assert checkpoint.origin_of("example.kr", demo=True) == "DEMO/example.kr/jikim-journal"
    assert checkpoint.origin_of("example.kr", demo=False) == "example.kr/jikim-journal"
    assert Note(Checkpoint("o", 1, bytes(32)).text, ()).text.startswith("o\n1\n")
