"""`python -m tests.make.schema`: the tables straight from the models, as a blank for the tests.

Quicker than the migrations, and there before the next one is written; tests/base/test_schema.py and test_migrations.py
prove that both lead to the same tables.
"""

from linyue.base import schema
from linyue.base.settings import read_settings
from linyue.cli import with_database

if __name__ == "__main__":
    with_database(read_settings(), schema.make_schema)
