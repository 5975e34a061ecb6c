"""env-not-run: env.py could not be run as it is.

Why      It says which transactions the revisions run in, what they are handed, and which models there are. What is not
         known is taken to be as in Alembic's own template: one transaction for all revisions.
Bad      url = boto3.client("ssm").get_parameter(Name="/shop/url")
Instead  url = os.environ.get("DATABASE_URL") or boto3.client("ssm").get_parameter(Name="/shop/url")

env.py is run without a database: every engine that it makes leads nowhere. It may not call the network.
"""

from __future__ import annotations

from collections.abc import Iterator

from safemigrate.lint.rule import Environment, Found, Impact, Severity, Situation

SEVERITY = Severity.INFO


def check(environment: Environment, at: Situation) -> Iterator[Found]:
    if environment.why:
        yield Found(
            f"env.py could not be run ({environment.why}): the revisions are judged in {at.transactions}",
            impact=Impact(),
        )
    for name in environment.invented:
        yield Found(f"env.py asks for {name}, which is not set: it was given a made-up URL", impact=Impact())
