"""The console: queues, team, sanctions, bulk decisions, double reading.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('account_link',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('moderator_id', sa.Uuid(), nullable=False),
    sa.Column('made_by_id', sa.Uuid(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['made_by_id'], ['moderator.id'], name=op.f('fk_account_link_made_by_id')),
    sa.ForeignKeyConstraint(['moderator_id'], ['moderator.id'], name=op.f('fk_account_link_moderator_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account_link')),
    sa.UniqueConstraint('digest', name=op.f('uq_account_link_digest'))
    )
    with op.batch_alter_table('account_link', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_account_link_moderator_id'), ['moderator_id'], unique=False)

    op.create_table('bulk',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('moderator_id', sa.Uuid(), nullable=False),
    sa.Column('action', sa.String(length=16), nullable=False),
    sa.Column('reason', sa.String(length=32), nullable=True),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('told', sa.Text(), nullable=True),
    sa.Column('described', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('undo_asked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['moderator_id'], ['moderator.id'], name=op.f('fk_bulk_moderator_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bulk'))
    )
    with op.batch_alter_table('bulk', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_bulk_moderator_id'), ['moderator_id'], unique=False)

    op.create_table('log_entry',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('moderator_id', sa.Uuid(), nullable=True),
    sa.Column('action', sa.String(length=64), nullable=False),
    sa.Column('subject', sa.String(length=64), nullable=True),
    sa.Column('details', sa.JSON(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['moderator_id'], ['moderator.id'], name=op.f('fk_log_entry_moderator_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_log_entry'))
    )
    with op.batch_alter_table('log_entry', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_log_entry_action_id'), ['action', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_log_entry_moderator_id_id'), ['moderator_id', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_log_entry_subject'), ['subject'], unique=False)

    op.create_table('login_session',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('moderator_id', sa.Uuid(), nullable=False),
    sa.Column('agent', sa.String(length=100), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['moderator_id'], ['moderator.id'], name=op.f('fk_login_session_moderator_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_login_session')),
    sa.UniqueConstraint('digest', name=op.f('uq_login_session_digest'))
    )
    with op.batch_alter_table('login_session', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_login_session_moderator_id'), ['moderator_id'], unique=False)

    op.create_table('saved_view',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('moderator_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('query', sa.Text(), nullable=False),
    sa.Column('shared', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['moderator_id'], ['moderator.id'], name=op.f('fk_saved_view_moderator_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_saved_view')),
    sa.UniqueConstraint('moderator_id', 'name', name=op.f('uq_saved_view_moderator_id_name'))
    )
    op.create_table('author_note',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('author_id', sa.Uuid(), nullable=False),
    sa.Column('moderator_id', sa.Uuid(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['author.id'], name=op.f('fk_author_note_author_id')),
    sa.ForeignKeyConstraint(['moderator_id'], ['moderator.id'], name=op.f('fk_author_note_moderator_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_author_note'))
    )
    with op.batch_alter_table('author_note', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_author_note_author_id'), ['author_id'], unique=False)

    op.create_table('sanction',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('author_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('reason', sa.String(length=32), nullable=False),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('moderator_id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('lifted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('lifted_by_id', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['author_id'], ['author.id'], name=op.f('fk_sanction_author_id')),
    sa.ForeignKeyConstraint(['lifted_by_id'], ['moderator.id'], name=op.f('fk_sanction_lifted_by_id')),
    sa.ForeignKeyConstraint(['moderator_id'], ['moderator.id'], name=op.f('fk_sanction_moderator_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sanction'))
    )
    with op.batch_alter_table('sanction', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sanction_author_id_ends_at'), ['author_id', 'ends_at'], unique=False)

    op.create_table('watch',
    sa.Column('moderator_id', sa.Uuid(), nullable=False),
    sa.Column('article_id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['article_id'], ['article.id'], name=op.f('fk_watch_article_id')),
    sa.ForeignKeyConstraint(['moderator_id'], ['moderator.id'], name=op.f('fk_watch_moderator_id')),
    sa.PrimaryKeyConstraint('moderator_id', 'article_id', name=op.f('pk_watch'))
    )
    op.create_table('bulk_item',
    sa.Column('bulk_id', sa.Uuid(), nullable=False),
    sa.Column('comment_id', sa.Uuid(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('status', sa.String(length=16), nullable=False),
    sa.Column('outcome', sa.String(length=16), nullable=True),
    sa.ForeignKeyConstraint(['bulk_id'], ['bulk.id'], name=op.f('fk_bulk_item_bulk_id')),
    sa.ForeignKeyConstraint(['comment_id'], ['comment.id'], name=op.f('fk_bulk_item_comment_id')),
    sa.PrimaryKeyConstraint('bulk_id', 'comment_id', name=op.f('pk_bulk_item'))
    )
    with op.batch_alter_table('bulk_item', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_bulk_item_bulk_id_outcome'), ['bulk_id', 'outcome'], unique=False)

    op.create_table('exposure',
    sa.Column('moderator_id', sa.Uuid(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('comment_id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['comment_id'], ['comment.id'], name=op.f('fk_exposure_comment_id')),
    sa.ForeignKeyConstraint(['moderator_id'], ['moderator.id'], name=op.f('fk_exposure_moderator_id')),
    sa.PrimaryKeyConstraint('moderator_id', 'day', 'comment_id', name=op.f('pk_exposure'))
    )
    op.create_table('flag',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('comment_id', sa.Uuid(), nullable=False),
    sa.Column('reason', sa.String(length=32), nullable=False),
    sa.Column('details', sa.Text(), nullable=True),
    sa.Column('reporter', sa.String(length=64), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('resolved_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decision_id', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['comment_id'], ['comment.id'], name=op.f('fk_flag_comment_id')),
    sa.ForeignKeyConstraint(['decision_id'], ['decision.id'], name=op.f('fk_flag_decision_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_flag')),
    sa.UniqueConstraint('comment_id', 'reporter', name=op.f('uq_flag_comment_id_reporter'))
    )
    with op.batch_alter_table('flag', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_flag_resolved_at_comment_id'), ['resolved_at', 'comment_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_flag_decision_id'), ['decision_id'], unique=False)

    op.create_table('hold',
    sa.Column('comment_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('moderator_id', sa.Uuid(), nullable=False),
    sa.Column('to_moderator_id', sa.Uuid(), nullable=True),
    sa.Column('to_role', sa.String(length=16), nullable=True),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['comment_id'], ['comment.id'], name=op.f('fk_hold_comment_id')),
    sa.ForeignKeyConstraint(['moderator_id'], ['moderator.id'], name=op.f('fk_hold_moderator_id')),
    sa.ForeignKeyConstraint(['to_moderator_id'], ['moderator.id'], name=op.f('fk_hold_to_moderator_id')),
    sa.PrimaryKeyConstraint('comment_id', name=op.f('pk_hold'))
    )
    with op.batch_alter_table('hold', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_hold_kind'), ['kind'], unique=False)

    op.create_table('refusal',
    sa.Column('revision_id', sa.Uuid(), nullable=False),
    sa.Column('sanction_id', sa.Uuid(), nullable=False),
    sa.Column('charter', sa.Text(), nullable=True),
    sa.Column('legal', sa.Text(), nullable=True),
    sa.Column('statement', sa.Text(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['revision_id'], ['revision.id'], name=op.f('fk_refusal_revision_id')),
    sa.ForeignKeyConstraint(['sanction_id'], ['sanction.id'], name=op.f('fk_refusal_sanction_id')),
    sa.PrimaryKeyConstraint('revision_id', name=op.f('pk_refusal'))
    )
    op.create_table('appeal',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('comment_id', sa.Uuid(), nullable=False),
    sa.Column('decision_id', sa.Uuid(), nullable=True),
    sa.Column('refusal_id', sa.Uuid(), nullable=True),
    sa.Column('message', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answer_id', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['answer_id'], ['decision.id'], name=op.f('fk_appeal_answer_id')),
    sa.ForeignKeyConstraint(['comment_id'], ['comment.id'], name=op.f('fk_appeal_comment_id')),
    sa.ForeignKeyConstraint(['decision_id'], ['decision.id'], name=op.f('fk_appeal_decision_id')),
    sa.ForeignKeyConstraint(['refusal_id'], ['refusal.revision_id'], name=op.f('fk_appeal_refusal_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_appeal'))
    )
    with op.batch_alter_table('appeal', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_appeal_settled_at_comment_id'), ['settled_at', 'comment_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_appeal_comment_id_id'), ['comment_id', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_appeal_answer_id'), ['answer_id'], unique=False)

    op.create_table('reading',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('comment_id', sa.Uuid(), nullable=False),
    sa.Column('revision_id', sa.Uuid(), nullable=False),
    sa.Column('moderator_id', sa.Uuid(), nullable=False),
    sa.Column('action', sa.String(length=16), nullable=False),
    sa.Column('reason', sa.String(length=32), nullable=True),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('told', sa.Text(), nullable=True),
    sa.Column('score_shown', sa.Boolean(), nullable=False),
    sa.Column('open_ms', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decision_id', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['comment_id'], ['comment.id'], name=op.f('fk_reading_comment_id')),
    sa.ForeignKeyConstraint(['decision_id'], ['decision.id'], name=op.f('fk_reading_decision_id')),
    sa.ForeignKeyConstraint(['moderator_id'], ['moderator.id'], name=op.f('fk_reading_moderator_id')),
    sa.ForeignKeyConstraint(['revision_id'], ['revision.id'], name=op.f('fk_reading_revision_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reading'))
    )
    with op.batch_alter_table('reading', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_reading_comment_id'), ['comment_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_reading_moderator_id_id'), ['moderator_id', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_reading_decision_id'), ['decision_id'], unique=False)

    with op.batch_alter_table('decision', schema=None) as batch_op:
        batch_op.add_column(sa.Column('charter', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('legal', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('statement', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('bulk_id', sa.Uuid(), nullable=True))
        batch_op.create_index(batch_op.f('ix_decision_bulk_id'), ['bulk_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_decision_created_at'), ['created_at'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_decision_bulk_id'), 'bulk', ['bulk_id'], ['id'])

    op.add_column('comment', sa.Column('changed_at', sa.DateTime(timezone=True), nullable=True))
    op.execute('UPDATE comment SET changed_at = received_at')
    with op.batch_alter_table('comment', schema=None) as batch_op:
        batch_op.alter_column('changed_at', existing_type=sa.DateTime(timezone=True), nullable=False)
        batch_op.create_index(batch_op.f('ix_comment_changed_at'), ['changed_at'], unique=False)
    op.create_index('ix_comment_received_at', 'comment', ['received_at'])
    op.add_column('comment', sa.Column('severe', sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(
        "UPDATE comment SET severe = true WHERE EXISTS (SELECT 1 FROM revision"
        " JOIN verdict ON verdict.revision_id = revision.id"
        " JOIN finding ON finding.revision_id = revision.id"
        " WHERE revision.comment_id = comment.id AND revision.number = comment.revision"
        " AND verdict.blind = false"
        " AND finding.rule IN ('threat', 'identity_attack', 'severe_toxicity'))"
    )

    with op.batch_alter_table('moderator', schema=None) as batch_op:
        batch_op.add_column(sa.Column('subject', sa.String(length=500), nullable=True))
        batch_op.add_column(sa.Column('preferences', sa.JSON(), nullable=False, server_default='{}'))
        batch_op.add_column(sa.Column('severe_limit', sa.Integer(), nullable=True))
        batch_op.alter_column('password_hash',
               existing_type=sa.TEXT(),
               nullable=True)
        batch_op.create_unique_constraint(batch_op.f('uq_moderator_subject'), ['subject'])

    waits = sa.text("status = 'pending'")
    op.create_index(op.f("ix_comment_status_article_id"), "comment", ["status", "article_id"], sqlite_where=waits, postgresql_where=waits)


def downgrade() -> None:
    op.drop_index(op.f("ix_comment_status_article_id"), "comment")
    with op.batch_alter_table('comment', schema=None) as batch_op:
        batch_op.drop_column('severe')
    op.drop_index('ix_comment_received_at', 'comment')
    op.execute("UPDATE moderator SET password_hash = '' WHERE password_hash IS NULL")
    with op.batch_alter_table('moderator', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('uq_moderator_subject'), type_='unique')
        batch_op.alter_column('password_hash',
               existing_type=sa.TEXT(),
               nullable=False)
        batch_op.drop_column('severe_limit')
        batch_op.drop_column('preferences')
        batch_op.drop_column('subject')

    with op.batch_alter_table('comment', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_comment_changed_at'))
        batch_op.drop_column('changed_at')

    with op.batch_alter_table('decision', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_decision_bulk_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_decision_created_at'))
        batch_op.drop_index(batch_op.f('ix_decision_bulk_id'))
        batch_op.drop_column('bulk_id')
        batch_op.drop_column('statement')
        batch_op.drop_column('legal')
        batch_op.drop_column('charter')

    with op.batch_alter_table('reading', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_reading_moderator_id_id'))
        batch_op.drop_index(batch_op.f('ix_reading_decision_id'))
        batch_op.drop_index(batch_op.f('ix_reading_comment_id'))

    op.drop_table('reading')
    with op.batch_alter_table('appeal', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_appeal_answer_id'))
        batch_op.drop_index(batch_op.f('ix_appeal_comment_id_id'))
        batch_op.drop_index(batch_op.f('ix_appeal_settled_at_comment_id'))

    op.drop_table('appeal')
    op.drop_table('refusal')
    with op.batch_alter_table('hold', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_hold_kind'))

    op.drop_table('hold')
    with op.batch_alter_table('flag', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_flag_decision_id'))
        batch_op.drop_index(batch_op.f('ix_flag_resolved_at_comment_id'))

    op.drop_table('flag')
    op.drop_table('exposure')
    with op.batch_alter_table('bulk_item', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_bulk_item_bulk_id_outcome'))

    op.drop_table('bulk_item')
    op.drop_table('watch')
    with op.batch_alter_table('sanction', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_sanction_author_id_ends_at'))

    op.drop_table('sanction')
    with op.batch_alter_table('author_note', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_author_note_author_id'))

    op.drop_table('author_note')
    op.drop_table('saved_view')
    with op.batch_alter_table('login_session', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_login_session_moderator_id'))

    op.drop_table('login_session')
    with op.batch_alter_table('log_entry', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_log_entry_subject'))
        batch_op.drop_index(batch_op.f('ix_log_entry_moderator_id_id'))
        batch_op.drop_index(batch_op.f('ix_log_entry_action_id'))

    op.drop_table('log_entry')
    with op.batch_alter_table('bulk', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_bulk_moderator_id'))

    op.drop_table('bulk')
    with op.batch_alter_table('account_link', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_account_link_moderator_id'))

    op.drop_table('account_link')

