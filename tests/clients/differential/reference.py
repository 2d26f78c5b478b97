"""What graphql-core says of a request: whether it is valid, and what an answer must look like that holds these data and errors."""

import datetime
import re

from graphql import (
    GraphQLError,
    GraphQLSchema,
    build_schema,
    execute_sync,
    get_named_type,
    Undefined,
    get_operation_ast,
    get_variable_values,
    is_enum_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    parse,
    validate,
)

FEDERATION = """
scalar _Any
union _Entity = Award | GrantScheme | Municipality | Programme
type _Service { sdl: String! }
extend type Query { _entities(representations: [_Any!]!): [_Entity]! _service: _Service! }
"""
MOST = 2**53 - 1


def load(sdl: str) -> GraphQLSchema:
    """The schema, with what its scalars of its own take."""
    schema = build_schema(sdl + FEDERATION)
    scalars = {"Ore": ore, "Date": date, "DateTime": instant, "_Any": lambda value: value}
    for name, take in scalars.items():
        kind = schema.type_map[name]
        kind.parse_value = kind.coerce_input_value = take
        kind.serialize = kind.coerce_output_value = lambda value: value
    return schema


def ore(value):
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > MOST:
        raise GraphQLError("no whole number of øre")
    return value


def date(value):
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        raise GraphQLError("no date")
    try:
        datetime.date.fromisoformat(value)
    except ValueError as error:
        raise GraphQLError("no date") from error
    return value


def instant(value):
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", value):
        raise GraphQLError("no instant")
    return value


class Verdict:
    """Refused, with the reason; or accepted, with what is needed to execute it."""

    def __init__(self, refused=None, document=None, operation=None):
        self.refused, self.document, self.operation = refused, document, operation


def judge(schema, made) -> Verdict:
    try:
        document = parse(made.text)
    except GraphQLError as error:
        return Verdict(refused=f"syntax: {error.message}")
    errors = validate(schema, document, max_errors=1, hide_suggestions=True)
    if errors:
        return Verdict(refused=errors[0].message)
    operation = get_operation_ast(document, made.name)
    if operation is None:
        return Verdict(refused="no such operation")
    values = get_variable_values(schema, operation.variable_definitions or (), made.variables)
    if isinstance(values, list):
        return Verdict(refused=values[0].message)
    return Verdict(document=document, operation=operation)


class Unlike(Exception):
    """An answer lacks what the document asks for."""


class Unknown:
    """Stands for what an answer has left out because something below it failed."""


class Answered:
    """Executes a document over an answer to it: what graphql-core makes of the answer's own values and errors must be the answer."""

    def __init__(self, schema, made, verdict, answer):
        self.schema, self.made, self.verdict = schema, made, verdict
        self.data = answer.get("data")
        self.failed = {tuple(error["path"]): error for error in answer.get("errors", []) if error.get("path")}
        self.above = {path[:length] for path in self.failed for length in range(len(path))}
        # What was asked, by where it stands in the answer: (type, key) within (type, key)…
        self.asked = {}

    def run(self):
        root = self.data if self.data is not None else Unknown()
        result = execute_sync(self.schema, self.verdict.document, root, variable_values=self.made.variables, operation_name=self.made.name,
                              field_resolver=self.resolve, type_resolver=self.kind)
        for error in result.errors or []:
            if isinstance(error.original_error, Unlike):
                raise error.original_error
        return result.data

    def resolve(self, source, info, **arguments):
        path = tuple(info.path.as_list())
        self.note(info, arguments)
        if path in self.failed:
            raise GraphQLError("as the answer says")
        if isinstance(source, tuple):
            source = source[1]
        if isinstance(source, Unknown):
            value = None if path in self.above else self.made_up(info.return_type, path)
        elif info.path.key not in source:
            raise Unlike(f"{path} is not in the answer")
        else:
            value = source[info.path.key]
        if path in self.above:
            value = self.opened(info.return_type, value, path)
        if info.field_name == "_entities" and isinstance(value, list):
            value = [item if item is None else (self.typename(arguments, index), item) for index, item in enumerate(value)]
        return value

    @staticmethod
    def typename(arguments, index):
        representation = arguments["representations"][index] if index < len(arguments["representations"]) else {}
        name = representation.get("__typename") if isinstance(representation, dict) else None
        return name if isinstance(name, str) else "Award"

    def kind(self, value, info, abstract):
        return value[0] if isinstance(value, tuple) else "Award"

    def opened(self, kind, value, path):
        """A null above an error may be the error's doing: then what is below is not known."""
        if is_non_null_type(kind):
            kind = kind.of_type
        if is_list_type(kind):
            indices = {failed[len(path)] for failed in self.failed if failed[: len(path)] == path and len(failed) > len(path)}
            longest = max([index + 1 for index in indices if isinstance(index, int)], default=0)
            items = value if value is not None else [None] * longest
            return [self.opened(kind.of_type, item, (*path, index)) if (*path, index) in self.above else item for index, item in enumerate(items)]
        return Unknown() if value is None else value

    def made_up(self, kind, path):
        if is_non_null_type(kind):
            kind = kind.of_type
        if is_list_type(kind):
            return []
        if is_enum_type(kind):
            return next(iter(kind.values))
        if is_leaf_type(kind):
            return {"Int": 0, "Float": 0.0, "Boolean": False}.get(kind.name, "")
        return Unknown()

    def note(self, info, arguments):
        place, path = [], info.path
        while path is not None:
            if isinstance(path.key, str):
                place.append((path.typename, path.key))
            path = path.prev
        self.asked[tuple(reversed(place))] = (info.field_name, info.parent_type.fields.get(info.field_name), arguments, info.return_type)

    def canonical(self):
        """The same question without aliases' twins, fragments, directives, variables and defaults."""
        return self.written((), self.schema.query_type.name)

    def written(self, place, parent):
        below = [asked for asked in self.asked if len(asked) == len(place) + 1 and asked[: len(place)] == place]
        kinds = {}
        for asked in below:
            kinds.setdefault(asked[-1][0], []).append(asked)
        parts = []
        for kind, all_asked in kinds.items():
            fields = " ".join(self.written_field(asked) for asked in all_asked)
            parts.append(fields if kind == parent else f"... on {kind} {{ {fields} }}")
        return "{ " + (" ".join(parts) or "__typename") + " }"

    def written_field(self, asked):
        name, field, arguments, kind = self.asked[asked]
        given = ", ".join(f"{key}: {literal(value, field.args[key].type)}" for key, value in arguments.items())
        inner = get_named_type(kind)
        below = "" if is_leaf_type(inner) else " " + self.written(asked, inner.name)
        return f"{asked[-1][1]}: {name}{'(' + given + ')' if given else ''}{below}"


def literal(value, kind):
    """A value as a document writes it."""
    if is_non_null_type(kind):
        kind = kind.of_type
    if value is None or value is Undefined:
        return "null"
    if isinstance(value, list):
        return "[" + ", ".join(literal(item, kind.of_type if is_list_type(kind) else kind) for item in value) + "]"
    if isinstance(value, dict):
        fields = getattr(kind, "fields", {})
        return "{" + ", ".join(f"{key}: {literal(item, fields[key].type if key in fields else kind)}" for key, item in value.items() if item is not Undefined) + "}"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if is_enum_type(kind):
        return value
    return '"' + "".join(character if character.isalnum() or character in " -_.:" else f"\\u{{{ord(character):x}}}" for character in value) + '"'
