"""Publishing a policy: checked, numbered, immutable, with its page in every language as people will read it.

Source: Privacy Policy, "effective from", "Notice of revision"; PIPA art. 30(1)-(3).
"""

from hashlib import sha256

from django.db import IntegrityError, transaction

from jikim.actions import clocks, journal
from jikim.clock import policy_now, policy_today
from jikim.domain.errors import JikimError, Refused
from jikim.domain.period import SEOUL, legal_day
from jikim.domain.policy import Policy
from jikim.language import check, html, page
from jikim.language.canonical import canonical, fingerprint
from jikim.language.compile import compile as compiled
from jikim.language.draft import Draft
from jikim.queries.policies import Published, all_versions
from jikim.store.live.models import PolicyText, PolicyVersion


class PolicyHasErrors(JikimError):
    """The check found errors that the file does not override; nothing was published."""


class VersionTaken(Refused):
    """Another text already stands under this number; published versions never change. Nothing was published."""


class NotTheNextVersion(Refused):
    """The number, the instant or the policy itself does not follow the last version; nothing was published."""


def publish(draft: Draft, *, by: str) -> int:
    """Publish a checked policy file and return its number; publishing the same file again changes nothing.

    by:     who asked, as a role or program, never a name
    raises: PolicyHasErrors, VersionTaken, NotTheNextVersion; in each case nothing was published
    """
    _refuse_errors(draft)
    policy = compiled(draft.raw)
    texts = {language: _page(policy, language) for language in policy.languages}
    try:
        _store(policy, draft, texts, by)
    except IntegrityError:  # another process published meanwhile: ask again what stands now
        _store(policy, draft, texts, by)
    return policy.version


def _store(policy: Policy, draft: Draft, texts: dict[str, str], by: str) -> None:
    digest = fingerprint(draft.raw)
    with transaction.atomic("live"):
        if not _stands_already(policy, digest):
            _keep(policy, draft, texts)
            entry = {"number": policy.version, "policy": policy.id, "sha256": digest, "by": by}
            journal.record("live", "policy", entry)
            clocks.unwind_all()


def _refuse_errors(draft: Draft) -> None:
    report = check.check(draft, on=policy_today())
    if report.blocks:
        codes = sorted({finding.code for finding in report.findings if finding.blocks})
        raise PolicyHasErrors(
            f"{draft.name} has errors: {', '.join(codes)}", hint=f"run `jikim policy check {draft.name}` and mend each"
        )


def _page(policy: Policy, language: str) -> str:
    """Render the page as it will be read from its first day on."""
    on = max(policy_today(), legal_day(policy.in_force_at))
    return html.fragment(page.build(policy, language, on=on))


def _stands_already(policy: Policy, digest: str) -> bool:
    """Say whether exactly this is published; raises when it cannot follow what is."""
    versions = all_versions()
    if versions and policy.id != versions[0].policy.id:
        raise NotTheNextVersion(
            f"this home publishes the policy {versions[0].policy.id}, not {policy.id}",
            hint="use a home of its own for it",
        )
    for published in versions:
        if published.number == policy.version:
            if published.sha256 == digest:
                return True
            raise VersionTaken(
                f"version {policy.version} is published as {published.sha256[:12]}, this file is {digest[:12]}",
                hint=f"give the file the number {versions[0].number + 1}",
            )
    if versions:
        _refuse_disorder(policy, versions[0])
    return False


def _refuse_disorder(policy: Policy, last: Published) -> None:
    if policy.version < last.number:
        raise NotTheNextVersion(
            f"version {policy.version} comes after version {last.number}", hint=f"give it the number {last.number + 1}"
        )
    if policy.in_force_at <= last.effective_at:
        raise NotTheNextVersion(
            f"version {policy.version} takes effect at {policy.in_force_at.isoformat()}, not after {last.number}",
            hint=f"give it an instant after {last.effective_at.astimezone(SEOUL).isoformat()}",
        )


def _keep(policy: Policy, draft: Draft, texts: dict[str, str]) -> None:
    version = PolicyVersion.objects.create(
        number=policy.version,
        policy_id=policy.id,
        canonical=canonical(draft.raw),
        source=draft.source,
        sha256=policy.sha256,
        effective_at=policy.in_force_at,
        published_at=policy_now(),
    )
    for language, html_text in texts.items():
        digest = sha256(html_text.encode()).hexdigest()
        PolicyText.objects.create(version=version, language=language, html=html_text, sha256=digest)
