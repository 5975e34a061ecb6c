from alembic import op


def upgrade():
    with op.batch_alter_table("orders") as batch_op:
        batch_op.alter_column(  # finds
            "note", new_column_name="note_positions_by_account_and_country_and_city_and_day_of_delivery_then"
        )
