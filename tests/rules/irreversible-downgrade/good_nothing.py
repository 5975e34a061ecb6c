# A revision that only joins two branches.

DIRECTION = "upgrade"


def upgrade():
    pass


def downgrade():
    pass
