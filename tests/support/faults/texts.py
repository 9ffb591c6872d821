"""What texts leave unsaid, and what they state that is no fact."""

from tests.support.mutation import GONE, Changed, Fault, bad

FAULTS: dict[str, Fault] = {
    "E-TRANSLATION": Fault(
        (bad({"item.subject.label.en": GONE}), bad({"cookies.on_refusal.ko": " "})),
        Changed({"policy.languages": ["ko"], "item.subject.label.en": GONE}),
    ),
    "E-LABEL": Fault(
        (bad({"item.subject.label": GONE}), bad({"record.general.label": {}})),
        Changed({"item.content.hint": GONE}),
    ),
    "W-SCRIPT": Fault(
        (bad({"item.subject.label.ko": "Subject"}), bad({"item.subject.label.en": "제목"})),
        Changed({"controller.name.ko": "UTRACS", "item.subject.label.ko": "제목(subject)"}),
    ),
    "E-PROSE-NUMBER": Fault(
        (
            bad({"prose.retention": {"ko": "문의는 사 년 동안 보관합니다.", "en": "We keep inquiries."}}),
            bad({"item.subject.hint": {"ko": "짧게 적어 주세요.", "en": "At most 300 characters."}}),
        ),
        Changed({"prose.retention": {"ko": "불만 기록은 삼 년 보관합니다.", "en": "Complaints stay for three years."}}),
    ),
    "E-PROSE-DATE": Fault(
        (
            bad({"history.2.summary.en": "Corrected on 3 October 2026"}),
            bad({"prose.changes": {"ko": "2024년 5월에 고쳤습니다.", "en": "We changed it."}}),
        ),
        Changed({"prose.changes": {"ko": "2026년 10월 2일부터 시행합니다.", "en": "In effect from 2 October 2026."}}),
    ),
    "E-PROSE-LAW": Fault(
        (
            bad({"prose.retention": {"ko": "의료법에 따라 보관합니다.", "en": "We keep it."}}),
            bad({"purpose.rights.label.en": "To answer requests under the GDPR"}),
        ),
        Changed(
            {
                "prose.rights": {
                    "ko": "개인정보 보호법에 따릅니다.",
                    "en": "We follow the Personal Information Protection Act.",
                }
            }
        ),
    ),
    "E-PROSE-COMPANY": Fault(
        (
            bad({"prose.consignment": {"ko": "(주)한빛물류가 배송합니다.", "en": "A carrier delivers."}}),
            bad({"prose.cookies": {"ko": "방문을 분석합니다.", "en": "We use Google Analytics."}}),
        ),
        Changed({"prose.consignment": {"ko": "배송은 유트랙스가 직접 합니다.", "en": "UTRACS delivers by itself."}}),
    ),
}
