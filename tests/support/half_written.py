"""An SQLite database as a program leaves it that died in the middle of a change, its rollback journal beside it."""
import os
import sqlite3

JOURNAL_MAGIC = bytes.fromhex("d9d505f920a163d7")


def leave_half_written(database, *changes):
    """The changes (SQL) are in the file in part, synced, and not committed."""
    child = os.fork()
    if child == 0:
        connection = sqlite3.connect(database, isolation_level=None)
        connection.execute("PRAGMA cache_size = 1")  # written as soon as it is changed
        connection.execute("BEGIN IMMEDIATE")
        for sql in changes:
            connection.execute(sql)
        os._exit(0)  # without a word to SQLite
    os.waitpid(child, 0)
    journal = f"{database}-journal"
    with open(journal, "rb") as stream:
        assert stream.read(8) == JOURNAL_MAGIC, "the journal was never synced"
    return journal


def name_another_file(journal, path):
    """The journal says that it belongs to a change of several databases, listed in the file `path`."""
    name = os.fsencode(str(path))
    with open(journal, "ab") as stream:  # "The Database File Format", section 3: the super-journal's record
        stream.write((0x40000000 // 4096 + 1).to_bytes(4, "big") + name + len(name).to_bytes(4, "big")
                     + sum(name).to_bytes(4, "big") + JOURNAL_MAGIC)
