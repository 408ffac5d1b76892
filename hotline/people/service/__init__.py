"""Let people in, and out again: accounts, passwords, second factors, links and API tokens."""

from hotline.people.rules import subject
from hotline.people.service.accounts import (
    disable,
    enable,
    hold,
    invite,
    set_account,
    set_locale,
    set_roles,
    set_theme,
    state,
)
from hotline.people.service.colleagues import (
    Colleague,
    check_leaves,
    describe,
    invite_again,
    invite_colleague,
    invite_contact,
    name_seeing,
    set_manager,
    take_back,
)
from hotline.people.service.links import (
    mint_link,
    request_reset,
    use_link,
)
from hotline.people.service.passwords import (
    knows_password,
    set_password,
    sign_in,
    signed_in,
    signed_out,
)
from hotline.people.service.second_factor import (
    FACTOR_EXISTS,
    Checked,
    check_code,
    confirm_second_factor,
    forget_second_factor,
    offer_second_factor,
)
from hotline.people.service.tokens import (
    create_token,
    revoke_token,
    revoke_tokens,
)

__all__ = [
    "FACTOR_EXISTS",
    "Checked",
    "Colleague",
    "check_code",
    "check_leaves",
    "confirm_second_factor",
    "create_token",
    "describe",
    "disable",
    "enable",
    "forget_second_factor",
    "hold",
    "invite",
    "invite_again",
    "invite_colleague",
    "invite_contact",
    "knows_password",
    "mint_link",
    "name_seeing",
    "offer_second_factor",
    "request_reset",
    "revoke_token",
    "revoke_tokens",
    "set_account",
    "set_locale",
    "set_manager",
    "set_password",
    "set_roles",
    "set_theme",
    "sign_in",
    "signed_in",
    "signed_out",
    "state",
    "subject",
    "take_back",
    "use_link",
]
