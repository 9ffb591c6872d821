"""Addresses of the desk. Records are named by id; nothing a person wrote stands in an address."""

from django.urls import path

from jikim.web.desk import (
    access,
    approvals,
    certificates,
    conversation,
    door,
    due,
    holds,
    inbox,
    mail,
    resolving,
    taking_in,
    today,
)
from jikim.web.desk.accounts import approvers, joining, own, people, signing_in

app_name = "desk"
urlpatterns = [
    path("", today.page, name="today"),
    path("enter/", signing_in.page, name="sign-in"),
    path("enter/second/", signing_in.second, name="second"),
    path("enter/factor/", joining.factor, name="factor"),
    path("enter/<str:token>/", joining.page, name="enter"),
    path("leave/", door.leave, name="leave"),
    path("inbox/", inbox.page, name="inbox"),
    path("take-in/", taking_in.page, name="take-in"),
    path("records/<uuid:record_id>/", conversation.page, name="record"),
    path("records/<uuid:record_id>/reply/", conversation.reply, name="reply"),
    path("records/<uuid:record_id>/file/<uuid:value_id>/", conversation.file, name="file"),
    path("records/<uuid:record_id>/resolve/", resolving.page, name="resolve"),
    path("records/<uuid:record_id>/reopen/", resolving.reopen, name="reopen"),
    path("due/", due.page, name="due"),
    path("holds/", holds.page, name="holds"),
    path("records/<uuid:record_id>/holds/", holds.record, name="holds-of"),
    path("records/<uuid:record_id>/holds/<uuid:hold_id>/lift/", holds.lift, name="lift"),
    path("records/<uuid:record_id>/holds/<uuid:hold_id>/review/", holds.review, name="review"),
    path("approvals/", approvals.page, name="approvals"),
    path("approvals/<str:digest>/", approvals.one, name="approval"),
    path("approvers/", approvers.page, name="approvers"),
    path("approvers/own/", approvers.enroll, name="approvers-own"),
    path("approvers/<uuid:passkey_id>/", approvers.vouch, name="vouch"),
    path("approvers/<uuid:passkey_id>/retire/", approvers.retire, name="retire"),
    path("clock/", approvals.clock, name="clock"),
    path("mail/", mail.page, name="mail"),
    path("access/", access.page, name="access"),
    path("people/", people.page, name="people"),
    path("people/<uuid:account_id>/", people.one, name="person"),
    path("people/<uuid:account_id>/roles/", people.roles, name="roles"),
    path("people/<uuid:account_id>/end/", people.end, name="end"),
    path("account/", own.page, name="account"),
    path("account/passkey/", own.passkey, name="passkey"),
    path("account/recovery/", own.recovery, name="recovery"),
    path("certificates/", certificates.page, name="certificates"),
    path("certificates/<uuid:certificate_id>/", certificates.one, name="certificate"),
]
