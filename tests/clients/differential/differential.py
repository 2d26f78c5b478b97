"""Holds a gateway against graphql-core: documents made from the schema's text and bent at random must be refused by both or by neither,
and what is answered must be what the document asks for. Says what it found as JSON; ends with 1 where a difference is found that is not
decided (docs/decisions/documents.md).

    differential.py URL SDL COUNT SEED
"""

import collections
import http.client
import json
import sys
import urllib.parse

from graphql import Node, SelectionSetNode

from documents import Maker
from reference import Answered, Unlike, judge, load

# Refused by limits, which are ours (docs/decisions/limits.md).
LIMITS = {
    "DOCUMENT_TOO_LARGE", "DOCUMENT_TOO_DEEP", "TOO_MANY_DIRECTIVES", "TOO_MANY_DEFINITIONS", "TOO_MANY_VARIABLES", "TOO_MANY_ARGUMENTS",
    "TOO_MANY_FIELDS", "TOO_MANY_ALIASES", "TOO_MANY_ROOT_FIELDS", "TOO_COSTLY", "VARIABLES_TOO_LARGE", "VARIABLES_TOO_DEEP", "ARGUMENTS_TOO_LARGE",
    "ONE_MUTATION_PER_REQUEST",
    # Refused before execution by the history, which is ours, too (docs/decisions/history.md).
    "CONFLICTING_ARGUMENTS", "INVALID_AS_OF", "NOT_IN_HISTORY",
}
REFUSED = {"INVALID_DOCUMENT", "UNKNOWN_OPERATION"}
# Admitted, and then told that it needs another way.
ADMITTED = {"SUBSCRIPTION_NEEDS_STREAM"}
SHOWN = 20


class Gateway:
    def __init__(self, url):
        parts = urllib.parse.urlsplit(url)
        self.connection, self.path = http.client.HTTPConnection(parts.hostname, parts.port, timeout=60), parts.path

    def ask(self, body):
        self.connection.request("POST", self.path, json.dumps(body), {"content-type": "application/json", "accept": "application/json"})
        return json.loads(self.connection.getresponse().read())


def is_null_within_any(answer):
    """The judge's library takes a list that is one value of `_Any` for a list of such values."""
    return any(error["message"].startswith("Expected value of type _Any!, found null") for error in answer.get("errors") or [])


def is_name_of_a_type(made, answer):
    """graphql-core does not compare the type of `__typename` with that of another field of its key."""
    told = (answer.get("errors") or [{}])[0].get("message", "")
    return "must not select different types" in told and ": __typename" in made.text


def code(answer):
    """Of a request that was not executed."""
    errors = answer.get("errors") or [{}]
    return None if "data" in answer and answer["data"] is not None or errors[0].get("path") else errors[0].get("extensions", {}).get("code")


def is_cut_short(answer):
    """Executed until it held more fields, or asked for the past of more awards, than an answer may: what comes of that is the limit's."""
    return any(error.get("extensions", {}).get("code") in LIMITS | {"TOO_MANY"} for error in answer.get("errors") or [])


def is_decided(made, verdict):
    """Differences that docs/decisions/documents.md names."""
    if has_empty_set(verdict.document):
        return "an empty selection set"
    # A number of JSON that is written with a fraction, or beyond 64 bits, is no ID.
    def odd(value):
        if isinstance(value, (list, dict)):
            return any(map(odd, value.values() if isinstance(value, dict) else value))
        return isinstance(value, float) or isinstance(value, int) and abs(value) > 2**53
    if any(odd(value) for value in made.variables.values()):
        return "a number that is no ID"
    return None


def has_empty_set(node):
    if isinstance(node, (list, tuple)):
        return any(map(has_empty_set, node))
    if not isinstance(node, Node):
        return False
    is_empty = isinstance(node, SelectionSetNode) and not node.selections
    return is_empty or any(has_empty_set(getattr(node, key, None)) for key in node.keys)


def compare(schema, gateway, made, counts):
    """What differs, or nothing."""
    verdict = judge(schema, made)
    answer = gateway.ask(made.body())
    told = code(answer)
    if told in LIMITS:
        counts["limited"] += 1
        return None
    refused = told in REFUSED
    if told is not None and not refused and told not in ADMITTED:
        return f"an answer of another kind: {told}"
    if refused != (verdict.refused is not None):
        if refused and is_null_within_any(answer):
            counts["null within a list within _Any"] += 1
            return None
        if refused and is_name_of_a_type(made, answer):
            counts["__typename beside another type"] += 1
            return None
        if refused and (decided := is_decided(made, verdict)):
            counts[decided] += 1
            return None
        return f"we say {answer['errors'][0]['message'] if refused else 'yes'}; graphql-core says {verdict.refused or 'yes'}"
    counts["refused" if refused else "accepted"] += 1
    if refused or verdict.operation.operation.value == "subscription":
        return None
    if is_cut_short(answer):
        counts["cut short"] += 1
        return None
    return compare_data(schema, gateway, made, verdict, answer, counts)


def compare_data(schema, gateway, made, verdict, answer, counts):
    over = Answered(schema, made, verdict, answer)
    try:
        expected = over.run()
    except Unlike as error:
        return str(error)
    if "__schema" not in made.text and "__type(" not in made.text and json.dumps(expected) != json.dumps(answer["data"]):
        return f"the answer is {answer['data']}; its shape should be {expected}"
    if verdict.operation.operation.value != "query" or "__schema" in made.text or "__type(" in made.text:
        return None
    counts["asked plainly"] += 1
    plain = gateway.ask({"query": over.canonical()})
    if code(plain) in LIMITS or is_null_within_any(plain):
        return None
    if not is_same(schema, answer["data"], plain.get("data")):
        again = gateway.ask(made.body())
        if again.get("data") == answer["data"]:
            return f"the answer is {answer['data']}; asked plainly, {over.canonical()}, it is {plain.get('data')} {plain.get('errors', '')}"
    return None


def is_same(schema, asked, plain):
    """Names of types aside, which are not asked for again, and fields whose arguments came out wrong."""
    if isinstance(asked, list) and isinstance(plain, list):
        return len(asked) == len(plain) and all(is_same(schema, *pair) for pair in zip(asked, plain))
    if isinstance(asked, dict) and isinstance(plain, dict):
        left = [value for key, value in asked.items() if key not in plain]
        shared = [key for key in plain if key in asked]
        return (all(value is None or isinstance(value, str) and value in schema.type_map for value in left)
                and all(key in asked or key == "__typename" for key in plain)
                and all(is_same(schema, asked[key], plain[key]) for key in shared))
    return asked == plain


def main(url, sdl, count, seed):
    with open(sdl, encoding="utf-8") as file:
        schema = load(file.read())
    gateway, maker, counts, differences = Gateway(url), Maker(schema, int(seed)), collections.Counter(), []
    for _ in range(int(count)):
        made = maker.make()
        difference = compare(schema, gateway, made, counts)
        if difference:
            differences.append({"difference": difference[:1500], **made.body()})
    print(json.dumps({"counts": counts, "differences": len(differences), "shown": differences[:SHOWN]}))
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
