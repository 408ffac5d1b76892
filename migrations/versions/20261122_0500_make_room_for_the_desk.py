"""Make room for the desk: members, hearing answers, consents, attempts, pages, search."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "6c57dab4d6e0"
down_revision = "7d1c4a9e02b5"
branch_labels = None
depends_on = None


SEARCHED = ("members", "tickets")
"""Tables with a column ``search_text``, as hotline/fulltext.py asks them.

Whoever rebuilds one of these on SQLite must lay its triggers again: they go with the old table.
"""


def _index_text(table: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE INDEX ix_{table}_search_text ON {table}"
            " USING gin (to_tsvector('simple'::regconfig, search_text))"
        )
        return
    index = f"{table}_search"
    old = (
        f"INSERT INTO {index} ({index}, rowid, search_text)"
        " VALUES ('delete', old.id, old.search_text)"
    )
    new = f"INSERT INTO {index} (rowid, search_text) VALUES (new.id, new.search_text)"
    op.execute(
        f"CREATE VIRTUAL TABLE {index} USING fts5"
        f" (search_text, content='{table}', content_rowid='id', tokenize='ascii')"
    )
    for when, does in (
        ("INSERT", f"{new};"),
        ("DELETE", f"{old};"),
        ("UPDATE OF search_text", f"{old}; {new};"),
    ):
        name = f"{index}_{when.split()[0].lower()}"
        op.execute(f"CREATE TRIGGER {name} AFTER {when} ON {table} BEGIN {does} END")


def _forget_text(table: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"DROP INDEX ix_{table}_search_text")
        return
    for when in ("insert", "delete", "update"):
        op.execute(f"DROP TRIGGER IF EXISTS {table}_search_{when}")
    op.execute(f"DROP TABLE {table}_search")


def _turn_numbers_round() -> None:
    """Fill ``calls.from_tail``, the digits from behind, for the calls that are there already."""
    calls = sa.table("calls", sa.column("id"), sa.column("from_key"), sa.column("from_tail"))
    bind = op.get_bind()
    known = bind.execute(sa.select(calls.c.id, calls.c.from_key).where(calls.c.from_key != ""))
    turned = [{"this": row.id, "tail": row.from_key[::-1]} for row in known]
    if turned:
        change = sa.update(calls).where(calls.c.id == sa.bindparam("this"))
        bind.execute(change.values(from_tail=sa.bindparam("tail")), turned)


def _look_for_notices_by(*columns: str) -> None:
    unfinished = sa.text("status IN ('waiting', 'sending', 'failed')")
    op.drop_index("ix_notices_due", table_name="notices")
    op.create_index(
        "ix_notices_due",
        "notices",
        list(columns),
        unique=False,
        sqlite_where=unfinished,
        postgresql_where=unfinished,
    )


def upgrade() -> None:
    op.create_table(
        "members",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kana", sa.String(length=200), nullable=False),
        sa.Column("corporate_number", sa.String(length=13), nullable=False),
        sa.Column("jnx_number", sa.String(length=40), nullable=False),
        sa.Column("name_key", sa.String(length=200), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_members")),
        sa.UniqueConstraint("number", name=op.f("uq_members_number")),
    )
    with op.batch_alter_table("members", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_members_corporate_number"), ["corporate_number"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_members_jnx_number"), ["jnx_number"], unique=False)
        batch_op.create_index(batch_op.f("ix_members_name_key"), ["name_key"], unique=False)

    op.create_table(
        "pages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=60), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=9), nullable=False),
        sa.Column("line", sa.String(length=20), nullable=False),
        sa.Column("cause", sa.String(length=30), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("wake_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rounds", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_pages_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pages")),
        sa.UniqueConstraint("subject", "cause", name=op.f("uq_pages_subject_cause")),
    )
    with op.batch_alter_table("pages", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pages_ticket_id"), ["ticket_id"], unique=False)
        batch_op.create_index(
            "ix_pages_due",
            ["wake_at"],
            unique=False,
            sqlite_where=sa.text("status = 'open'"),
            postgresql_where=sa.text("status = 'open'"),
        )

    op.create_table(
        "insurance_policies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("period_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("period_to", sa.DateTime(timezone=True), nullable=False),
        sa.Column("liability_limit_yen", sa.BigInteger(), nullable=True),
        sa.Column("cost_limit_yen", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("period_from < period_to", name=op.f("ck_insurance_policies_in_order")),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["members.id"],
            name=op.f("fk_insurance_policies_member_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_insurance_policies")),
    )
    with op.batch_alter_table("insurance_policies", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_insurance_policies_number"), ["number"], unique=False)
        batch_op.create_index(
            "uq_insurance_policies", ["member_id", "number", "period_from"], unique=True
        )

    op.create_table(
        "member_sites",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["members.id"],
            name=op.f("fk_member_sites_member_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member_sites")),
    )
    with op.batch_alter_table("member_sites", schema=None) as batch_op:
        batch_op.create_index("uq_member_sites_name", ["member_id", "name"], unique=True)

    op.create_table(
        "page_rings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("page_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("rung_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["page_id"], ["pages.id"], name=op.f("fk_page_rings_page_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_page_rings_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page_rings")),
        sa.UniqueConstraint(
            "page_id", "person_id", "round", name=op.f("uq_page_rings_page_id_person_id_round")
        ),
    )
    op.create_table(
        "hearing_answers",
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(length=40), nullable=False),
        sa.Column(
            "answer", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["ticket_id"],
            ["tickets.id"],
            name=op.f("fk_hearing_answers_ticket_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("ticket_id", "question", name=op.f("pk_hearing_answers")),
    )
    op.create_table(
        "member_contacts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kana", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["members.id"],
            name=op.f("fk_member_contacts_member_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["site_id"],
            ["member_sites.id"],
            name=op.f("fk_member_contacts_site_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member_contacts")),
    )
    with op.batch_alter_table("member_contacts", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_member_contacts_member_id"), ["member_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_member_contacts_site_id"), ["site_id"], unique=False)

    op.create_table(
        "ticket_consents",
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.String(length=30), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["ticket_id"],
            ["tickets.id"],
            name=op.f("fk_ticket_consents_ticket_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("ticket_id", "recipient", name=op.f("pk_ticket_consents")),
    )
    op.create_table(
        "callback_attempts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("followup_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("with_whom", sa.String(length=200), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["followup_id"], ["followups.id"], name=op.f("fk_callback_attempts_followup_id")
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_callback_attempts_ticket_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_callback_attempts")),
    )
    with op.batch_alter_table("callback_attempts", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_callback_attempts_followup_id"), ["followup_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_callback_attempts_ticket_id"), ["ticket_id"], unique=False
        )

    op.create_table(
        "member_phones",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=True),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("raw", sa.String(length=60), nullable=False),
        sa.Column("key", sa.String(length=20), nullable=False),
        sa.Column("e164", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["member_contacts.id"],
            name=op.f("fk_member_phones_contact_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["members.id"],
            name=op.f("fk_member_phones_member_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["site_id"],
            ["member_sites.id"],
            name=op.f("fk_member_phones_site_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member_phones")),
    )
    with op.batch_alter_table("member_phones", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_member_phones_contact_id"), ["contact_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_member_phones_key"), ["key"], unique=False)
        batch_op.create_index(batch_op.f("ix_member_phones_member_id"), ["member_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_member_phones_site_id"), ["site_id"], unique=False)

    with op.batch_alter_table("calls", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("from_tail", sa.String(length=20), nullable=False, server_default="")
        )
        batch_op.create_index(batch_op.f("ix_calls_from_tail"), ["from_tail"], unique=False)

    _turn_numbers_round()
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("caller_kana", sa.String(length=200), nullable=False, server_default="")
        )
        batch_op.add_column(
            sa.Column("caller_title", sa.String(length=200), nullable=False, server_default="")
        )
        batch_op.add_column(
            sa.Column("callback_phone", sa.String(length=60), nullable=False, server_default="")
        )
        batch_op.add_column(
            sa.Column("company_key", sa.String(length=200), nullable=False, server_default="")
        )
        batch_op.add_column(
            sa.Column("callback_key", sa.String(length=20), nullable=False, server_default="")
        )
        batch_op.add_column(
            sa.Column("safe_key", sa.String(length=20), nullable=False, server_default="")
        )
        batch_op.add_column(
            sa.Column("callback_hours", sa.String(length=200), nullable=False, server_default="")
        )
        batch_op.add_column(
            sa.Column("safe_phone", sa.String(length=60), nullable=False, server_default="")
        )
        batch_op.add_column(
            sa.Column("safe_email", sa.String(length=254), nullable=False, server_default="")
        )
        batch_op.add_column(
            sa.Column(
                "company_channels_unsafe", sa.Boolean(), nullable=False, server_default=sa.false()
            )
        )
        batch_op.add_column(
            sa.Column("site", sa.String(length=200), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("discovered_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(
            sa.Column("discovered_by", sa.String(length=200), nullable=False, server_default="")
        )
        batch_op.add_column(
            sa.Column("other_kind", sa.String(length=20), nullable=False, server_default="")
        )
        batch_op.add_column(
            sa.Column("severity_reason", sa.String(length=500), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("coordinator_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("duplicate_of_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("search_text", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("changed_by_id", sa.Integer(), nullable=True))
        for key in ("company_key", "callback_key", "safe_key"):
            batch_op.create_index(batch_op.f(f"ix_tickets_{key}"), [key], unique=False)
        batch_op.create_index(
            batch_op.f("ix_tickets_coordinator_id"), ["coordinator_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_tickets_duplicate_of_id"), ["duplicate_of_id"], unique=False
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_tickets_duplicate_of_id"), "tickets", ["duplicate_of_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_tickets_coordinator_id"), "people", ["coordinator_id"], ["id"]
        )
    for table in SEARCHED:
        _index_text(table)
    _look_for_notices_by("channel", "wake_at")


def downgrade() -> None:
    _look_for_notices_by("wake_at")
    for table in SEARCHED:
        _forget_text(table)
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_tickets_coordinator_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_tickets_duplicate_of_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_tickets_duplicate_of_id"))
        batch_op.drop_index(batch_op.f("ix_tickets_coordinator_id"))
        for key in ("company_key", "callback_key", "safe_key"):
            batch_op.drop_index(batch_op.f(f"ix_tickets_{key}"))
        batch_op.drop_column("changed_by_id")
        batch_op.drop_column("changed_at")
        batch_op.drop_column("search_text")
        batch_op.drop_column("duplicate_of_id")
        batch_op.drop_column("coordinator_id")
        batch_op.drop_column("severity_reason")
        batch_op.drop_column("other_kind")
        batch_op.drop_column("discovered_by")
        batch_op.drop_column("discovered_at")
        batch_op.drop_column("occurred_at")
        batch_op.drop_column("site")
        batch_op.drop_column("company_channels_unsafe")
        batch_op.drop_column("safe_email")
        batch_op.drop_column("safe_phone")
        batch_op.drop_column("callback_hours")
        batch_op.drop_column("safe_key")
        batch_op.drop_column("callback_key")
        batch_op.drop_column("company_key")
        batch_op.drop_column("callback_phone")
        batch_op.drop_column("caller_title")
        batch_op.drop_column("caller_kana")

    with op.batch_alter_table("calls", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_calls_from_tail"))
        batch_op.drop_column("from_tail")

    with op.batch_alter_table("member_phones", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_member_phones_site_id"))
        batch_op.drop_index(batch_op.f("ix_member_phones_member_id"))
        batch_op.drop_index(batch_op.f("ix_member_phones_key"))
        batch_op.drop_index(batch_op.f("ix_member_phones_contact_id"))

    op.drop_table("member_phones")
    with op.batch_alter_table("callback_attempts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_callback_attempts_ticket_id"))
        batch_op.drop_index(batch_op.f("ix_callback_attempts_followup_id"))

    op.drop_table("callback_attempts")
    op.drop_table("ticket_consents")
    with op.batch_alter_table("member_contacts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_member_contacts_site_id"))
        batch_op.drop_index(batch_op.f("ix_member_contacts_member_id"))

    op.drop_table("member_contacts")
    op.drop_table("hearing_answers")
    op.drop_table("page_rings")
    with op.batch_alter_table("member_sites", schema=None) as batch_op:
        batch_op.drop_index("uq_member_sites_name")

    op.drop_table("member_sites")
    with op.batch_alter_table("insurance_policies", schema=None) as batch_op:
        batch_op.drop_index("uq_insurance_policies")
        batch_op.drop_index(batch_op.f("ix_insurance_policies_number"))

    op.drop_table("insurance_policies")
    with op.batch_alter_table("pages", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_pages_due",
            sqlite_where=sa.text("status = 'open'"),
            postgresql_where=sa.text("status = 'open'"),
        )

    op.drop_table("pages")
    with op.batch_alter_table("members", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_members_name_key"))
        batch_op.drop_index(batch_op.f("ix_members_jnx_number"))
        batch_op.drop_index(batch_op.f("ix_members_corporate_number"))

    op.drop_table("members")
