-- what the note's page asks for
CREATE INDEX ix_orders_note
    ON orders (note, id);
