-- Orders are looked up by what the customer types.
CREATE INDEX ix_orders_lookup ON orders (lower(code));
