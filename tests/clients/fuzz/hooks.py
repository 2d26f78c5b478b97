"""What schemathesis must know of our scalars, what strangest values all of them can have, and a check of its own: no answer tells
of our insides."""

import re

import schemathesis
from hypothesis import strategies as st
from schemathesis.graphql import nodes

LIMIT = 2**53 - 1

dates = st.dates().map(str)
odd_dates = st.sampled_from(["0000-01-01", "-000001-01-01", "9999-12-31", "+010000-01-01", "2021-02-29", "2021-6-1", "", "\u0661\u0662"])
amounts = st.integers(min_value=-LIMIT, max_value=LIMIT)
odd_amounts = st.sampled_from([LIMIT + 1, -LIMIT - 1, 2**63 - 1, -(2**63), 2**64, 10**400])
texts = st.one_of(st.text(), st.text(alphabet="\x00\x01\ufeff\u202e\U0010ffff'\"\\%_;-", min_size=1))
small = st.integers(min_value=-1, max_value=3000)
numbers = st.one_of(small, st.integers(min_value=-(2**31), max_value=2**31 - 1), st.sampled_from([2**31, -(2**31) - 1, 2**63]))

schemathesis.graphql.scalar("Ore", st.one_of(amounts, odd_amounts).map(nodes.Int))
schemathesis.graphql.scalar("Date", st.one_of(dates, odd_dates).map(nodes.String))
schemathesis.graphql.scalar("ID", st.one_of(texts.map(nodes.String), st.integers().map(nodes.Int)))
schemathesis.graphql.scalar("String", texts.map(nodes.String))
schemathesis.graphql.scalar("Int", numbers.map(nodes.Int))

# Words that only our own insides use: a panic, a source file, a database, a path of the machine.
INSIDES = re.compile(
    rb"panicked|backtrace|RUST_|unwrap\(|\.rs:\d|src/\w|sqlx|sqlite|postgres|SELECT .* FROM|INSERT INTO|UPDATE .* SET|"
    rb"UNIQUE constraint|CHECK constraint|error returned from database|os error|No such file|/tmp/|/home/|/root/|/usr/|"
    rb"127\.0\.0\.1|localhost|reqwest|hyper::|tokio|async_graphql|serde",
    re.IGNORECASE,
)


@schemathesis.check
def says_nothing_of_its_insides(ctx, response, case):
    found = INSIDES.search(response.content)
    assert found is None, f"the answer says {found.group()!r}"
