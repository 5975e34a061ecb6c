"""What to write instead, spelled as the lines of a revision, with the names of the statement at hand.

    spell           operations and op.execute     spell_apart     another transaction, batches
    spell_columns   columns, their types, fills   online          constraints and keys      partitioned   partitions

What it promises: code that can be pasted, and that makes the schema which the statement would have made. The tests run
it on a server.
"""
