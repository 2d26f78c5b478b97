"""Documents made from a schema, and bent: most are what a client might send, many are wrong in one place, some in several."""

import random
import re

from graphql import (
    GraphQLInputObjectType,
    GraphQLSchema,
    get_named_type,
    is_composite_type,
    is_enum_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
    is_required_argument,
)

POOLS = {
    "number": ["3813", "0301", "4601", "1103", "381", "9999"],
    "municipality": ["3813", "0301", "x"],
    "organisationNumber": ["940244145", "974761076", "12"],
    "programme": ["0-24-pilot", "none"],
    "year": [2019, 2020, 2021, 2022, 2023],
    "limit": [1, 2, 3],
    "on": ["2021-06-01", "2019-12-31"],
    "search": ["a", "Bam", "ø"],
}
CONDITIONS = ["true", "false"]
# What a part of a text may be: escapes of every edition, and such as are none.
TEXTS = [
    '"\\u{33}813"', '"\\u0033813"', '"\\uD83D\\uDE00"', '"\\uD83D"', '"\\uDE00\\uD83D"', '"\\u{D83D}"', '"\\u{110000}"', '"\\u{1F600}"',
    '"\\u{}"', '"\\u{0000033}"', '"\\u12"', '"\\x"', '"\\/ \\b\\f\\n\\r\\t\\\\\\""', '"a\tb"', '"å😀\u2028"', '"""block"""',
    '"""\n    a\n      b\n\n  """', '"""a \\""" b"""', '"""\\u0041 " """', '""', '""""""', '"\\u{33"', '"\u007f"',
]
NUMBERS = ["0", "-0", "00", "01", "-", "1.", ".5", "1.0", "2021.0", "1e3", "1E+3", "1e", "-1.5e-3", "2147483647", "2147483648", "1a", "1.0a", "0x1",
           "123456789012345678901234567890", "1e400"]
JUNK = ["!", "$", "&", "(", ")", "...", ":", "=", "@", "[", "]", "{", "|", "}", ",", "#x\n", "\ufeff", "\x00", "?", "'", "-", "..", "%", "\u00a0", "é",
        "on", "query", "fragment", "true", "null", "@skip", "@include(if: true)", "@deprecated", "@defer", "@oneOf", "$v1", "...F0", "__typename",
        "subscription", "mutation", "\r", "\u2028", '"', '"""']
TOKEN = re.compile(r'"""(?:\\"""|[\s\S])*?"""|"(?:\\.|[^"\\\n\r])*"|\.\.\.|[_A-Za-z]\w*|-?\d[\d.eE+-]*|\s+|[^\s]')


class Made:
    """One request: its document, the operation's name, and the variables."""

    def __init__(self, text, name, variables):
        self.text, self.name, self.variables = text, name, variables

    def body(self):
        return {"query": self.text, "operationName": self.name, "variables": self.variables}


class Maker:
    """Makes requests, always the same ones for the same seed."""

    def __init__(self, schema: GraphQLSchema, seed: int):
        self.schema, self.random = schema, random.Random(seed)
        self.composite = [name for name, known in schema.type_map.items() if is_composite_type(known) and not name.startswith("__")]
        self.inputs = [name for name, known in schema.type_map.items() if not is_composite_type(known) and not name.startswith("__")]
        self.fields = sorted({field for name in self.composite for field in getattr(schema.type_map[name], "fields", {})})

    def chance(self, share):
        return self.random.random() < share

    def make(self):
        self.variables, self.values, self.fragments, self.wanted, self.spread = {}, {}, {}, {}, []
        # The fragment that is being made: it spreads later ones.
        self.within = -1
        self.memory = {}
        roots = [self.schema.query_type] * 17 + [self.schema.mutation_type, self.schema.subscription_type, self.schema.subscription_type]
        root = self.random.choice(roots)
        keyword = {self.schema.query_type: "query", self.schema.mutation_type: "mutation"}.get(root, "subscription")
        # How often this one is wrong on purpose, in each place where it may be.
        self.wrong = self.random.choice([0, 0, 0.02, 0.06])
        # How wild its keys and fragments are.
        self.wild = self.random.choice([0.05, 0.15, 0.4])
        selected = self.selections(root, 4 if keyword == "query" else 3, keyword != "query")
        while self.spread:
            name = self.spread.pop()
            if name not in self.fragments:
                on, self.within = self.wanted[name], int(name[1:])
                self.fragments[name] = ""
                directives = self.directives() if self.chance(self.wrong) else ""
                self.fragments[name] = f"fragment {name} on {on} {directives}{self.selections(self.schema.type_map[on], 2, False)}"
        declared = " ".join(self.declaration(name) for name in self.variables)
        name = self.random.choice(["", "A"])
        head = f"{keyword} {name}{'(' + declared + ')' if declared else ''} " if declared or name or keyword != "query" else ""
        parts = [head + self.operation_directives() + selected, *self.fragments.values()]
        chosen = name or None
        if self.chance(0.05):
            parts.append(self.random.choice(["query B { __typename }", "{ __typename }", "query A { viewer { role } }", "fragment F0 on Viewer { role }",
                                             "type X { a: Int }", "query B($v1: Int) { viewer { role } }"]))
            chosen = self.random.choice([None, "A", "B", "C"])
        self.random.shuffle(parts)
        text = " ".join(parts)
        if self.chance(0.25):
            text = self.bend(text)
        if self.chance(0.1):
            self.values["unasked"] = self.random.choice([1, None, {"a": [2.5]}, "x"])
        return Made(text, chosen, self.values)

    def selections(self, parent, depth, single):
        if not is_object_type(parent):
            count = self.random.randint(1, 3)
            chosen = [self.fragment(parent, depth) if self.chance(0.8) else self.typename() for _ in range(count)]
            return "{ " + " ".join(chosen) + " }"
        count = 1 if single and self.chance(0.9) else self.random.randint(1, 4)
        chosen = [self.selection(parent, depth) for _ in range(count)]
        if self.chance(self.wild / 2):
            chosen.append(self.random.choice(chosen))
        return "{ " + " ".join(chosen) + " }"

    def selection(self, parent, depth):
        if self.chance(self.wild / 2):
            return self.fragment(parent, depth)
        if self.chance(0.06):
            return self.typename()
        return self.field(parent, depth)

    def typename(self):
        return self.key() + "__typename" + self.directives()

    def key(self):
        return self.random.choice("abcdefgh") + ": " if self.chance(self.wild / 2) else ""

    def fragment(self, parent, depth):
        possible = [kind.name for kind in self.schema.get_possible_types(parent)] if not is_object_type(parent) else [parent.name]
        on = self.random.choice(possible + [parent.name])
        if self.chance(self.wrong):
            on = self.random.choice(self.composite + self.inputs + ["Nothing"])
        known = self.schema.type_map.get(on)
        if self.chance(0.4) and (known is None or is_composite_type(known)):
            first = 0 if self.chance(self.wrong) else self.within + 1
            name = f"F{self.random.randint(first, 5)}" if first <= 5 else "F6"
            if first > 5 or (self.wanted.get(name, on) != on and not self.chance(self.wrong)):
                return self.typename()
            if name not in self.wanted:
                self.wanted[name] = on if known else parent.name
                self.spread.append(name)
            return f"...{name}{self.directives()}"
        condition = f"on {on} " if self.chance(0.8) or on != parent.name else ""
        inner = known if known is not None and is_composite_type(known) else parent
        return f"... {condition}{self.directives()}{self.selections(inner, max(depth - 1, 0), False)}"

    def field(self, parent, depth):
        names = list(parent.fields)
        if depth <= 0:
            names = [name for name in names if not is_composite_type(get_named_type(parent.fields[name].type))] or names
        name = self.random.choice(names)
        if parent is self.schema.query_type and self.chance(0.4):
            name = self.random.choice(["municipality", "municipality", "_entities", "municipalities", "viewer", "__schema", "__type", "sources", "award"])
        if name.startswith("__"):
            return self.introspection(name)
        field = parent.fields[name]
        # Of one field mostly the same is asked, or hardly any two could be merged.
        known = (parent.name, name)
        if known not in self.memory or self.chance(max(self.wrong * 4, 0.05)):
            self.memory[known] = self.arguments(field.args)
        arguments = self.memory[known]
        inner = get_named_type(field.type)
        below = ""
        if is_composite_type(inner) != self.chance(self.wrong / 2):
            below = " " + self.selections(inner if is_composite_type(inner) else parent, depth - 1, False)
        if self.chance(self.wrong / 2):
            name = self.random.choice(self.fields)
        return f"{self.key()}{name}{arguments}{self.directives()}{below}"

    def introspection(self, name):
        if name == "__type":
            return self.key() + '__type(name: "' + self.random.choice(["Query", "Ore", "CaseKind", "None"]) + '") { name kind isOneOf fields { name } }'
        return self.key() + "__schema { queryType { name } directives { name isRepeatable } types { name inputFields { name defaultValue } } }"

    def arguments(self, known):
        given = []
        for name, argument in known.items():
            # As of an instant of the past most are refused by what is no part of the language.
            likely = 0.03 if name == "asOf" else 0.3
            if (is_required_argument(argument) or name in ("number", "year") or self.chance(likely)) and not self.chance(self.wrong):
                given.append(f"{name}: {self.value(name, argument.type, self.has_default(argument))}")
        if given and self.chance(self.wrong):
            given.append(self.random.choice([given[0], "nothing: 1"]))
        self.random.shuffle(given)
        return "(" + ", ".join(given) + ")" if given else ""

    @staticmethod
    def has_default(argument):
        return is_non_null_type(argument.type) and not is_required_argument(argument)

    def operation_directives(self):
        return self.random.choice(["@skip(if: true) ", "@nothing ", "@deprecated "]) if self.chance(self.wrong / 2) else ""

    def directives(self):
        if not self.chance(0.12):
            return " "
        name = self.random.choice(["skip", "include"])
        if self.chance(self.wrong):
            return self.random.choice([" @nothing ", " @skip ", " @skip(if: 1) ", " @include(if: null) ", " @deprecated ", ' @skip(if: "true") '])
        condition = self.variable("Boolean!", False) if self.chance(0.4) else self.random.choice(CONDITIONS)
        twice = f" @{name}(if: true)" if self.chance(self.wrong) else ""
        return f" @{name}(if: {condition}){twice} "

    def value(self, name, wanted, has_default=False, depth=0):
        """A value as it is written in a document."""
        if self.chance(0.25):
            return self.variable(str(wanted), has_default, name)
        if self.chance(self.wrong):
            return self.random.choice(["null", '"x"', "1", "2.5", "true", "XX", "[1]", "{a: 1}", "[]", "{}", '"PAID"', *NUMBERS, *TEXTS])
        non_null = is_non_null_type(wanted)
        if non_null:
            wanted = wanted.of_type
        if not non_null and self.chance(0.05):
            return "null"
        if is_list_type(wanted):
            if self.chance(0.15):
                return self.value(name, wanted.of_type, False, depth)
            return "[" + ", ".join(self.value(name, wanted.of_type, False, depth + 1) for _ in range(self.random.randint(0, 2))) + "]"
        if isinstance(wanted, GraphQLInputObjectType):
            return self.input(wanted, depth)
        if is_enum_type(wanted):
            return self.random.choice(list(wanted.values))
        if wanted.name == "_Any":
            return self.representation()
        return self.leaf(name, wanted.name)

    def input(self, wanted, depth):
        given = []
        for name, field in wanted.fields.items():
            if (is_non_null_type(field.type) or self.chance(0.4)) and not self.chance(self.wrong):
                given.append(f"{name}: {self.value(name, field.type, False, depth + 1)}")
        if given and self.chance(max(self.wrong, 0.03)):
            given.append(self.random.choice([given[0], "nothing: 1"]))
        return "{" + ", ".join(given) + "}"

    def representation(self):
        kind = self.random.choice(["Municipality", "Programme", "GrantScheme", "Award", "Nothing"])
        key = self.variable("ID", False, "id") if self.chance(0.2) else self.random.choice(['"0-24-pilot"', '"940244145"', "1", '"231.63"'])
        part = "organisationNumber" if kind == "Municipality" else "id"
        twice = ", id: 1" if self.chance(self.wrong) else ""
        return f'{{__typename: "{kind}", {part}: {key}{twice}}}'

    def leaf(self, name, kind):
        if kind in ("String", "ID") and self.chance(0.08):
            return self.random.choice(TEXTS)
        if kind == "Boolean":
            return self.random.choice(CONDITIONS)
        if kind == "Int":
            return self.random.choice(NUMBERS) if self.chance(0.08) else str(self.random.choice(POOLS.get(name, [1, 2, -1])))
        if kind == "Ore":
            return self.random.choice(["1", "500000", "-3", "9007199254740991", "9007199254740992", "1.0", '"1"'])
        if kind == "Date":
            return self.random.choice(['"2021-06-01"'] * 12 + ['"2021-13-01"', "1"])
        if kind == "DateTime":
            return self.random.choice(['"2021-06-01T12:00:00Z"', '"then"'])
        if kind == "ID" and self.chance(0.1):
            return self.random.choice(NUMBERS)
        return '"' + str(self.random.choice(POOLS.get(name, ["a", "940244145"]))) + '"'

    def variable(self, wanted, has_default, name="v"):
        """A variable of that type, or of one that is near it."""
        plain = wanted.rstrip("!")
        kinds = [wanted] * 12 + [plain + "!"] * 3
        if has_default or self.chance(self.wrong):
            kinds += [plain] * (4 if has_default else 1)
        if self.chance(max(self.wrong, 0.01)):
            kinds = [plain, f"[{wanted}]", plain.strip("[]!"), "String", "Int", "Nothing", "Viewer", "ID", "[[Int]]"]
        declared = self.random.choice(kinds)
        same = [known for known, kind in self.variables.items() if kind == declared]
        if same and self.chance(0.3):
            return self.random.choice(same)
        variable = f"$v{len(self.variables) + 1}"
        self.variables[variable] = declared
        if self.chance(0.85):
            self.values[variable[1:]] = self.sent(declared, name)
        return variable if not self.chance(self.wrong / 2) else "$other"

    def declaration(self, variable):
        declared, default = self.variables[variable], ""
        if self.chance(0.2):
            default = " = " + self.default(declared)
        twice = f" {variable}: {declared}" if self.chance(self.wrong / 4) else ""
        return f"{variable}: {declared}{default}{twice}"

    def default(self, declared):
        if self.chance(max(self.wrong, 0.03)):
            return self.random.choice(["null", "1", '"x"', "true", "[]", "PAID", '"PAID"', "{}", "[null]", "2021", "2021.0", '"3813"', "$v1"])
        defaults = {"Int": "2", "Boolean": "true", "String": '"3813"', "ID": '"0-24-pilot"', "Ore": "5", "Date": '"2021-06-01"'}
        return defaults.get(declared.rstrip("!"), "[]" if declared.startswith("[") else "null")

    def sent(self, declared, name):
        """A value as JSON has it."""
        if self.chance(0.08):
            return self.random.choice([None, 1, 2.5, 2021.0, 2.021e3, "x", True, [], {}, [None], [1], {"a": 1}, 2**31, 2**70, -0.0, 1e30, "PAID", ["PAID"]])
        if declared.endswith("!"):
            return self.sent(declared[:-1], name)
        if declared.startswith("["):
            return [self.sent(declared[1:-1], name) for _ in range(self.random.randint(0, 2))]
        known = self.schema.type_map.get(declared)
        if isinstance(known, GraphQLInputObjectType):
            fields = known.fields.items()
            sent = {key: self.sent(str(field.type), key) for key, field in fields if is_non_null_type(field.type) or self.chance(0.4)}
            return sent if not self.chance(0.05) else {**sent, "nothing": 1}
        if is_enum_type(known):
            return self.random.choice(list(known.values))
        if declared == "Int":
            value = self.random.choice(POOLS.get(name, [1, 2]))
            return float(value) if isinstance(value, int) and self.chance(0.1) else value
        examples = {"Boolean": [True, False], "Ore": [1, 500000, 100.0, 2**53], "Date": ["2021-06-01", "2021-13-01"], "DateTime": ["2021-06-01T12:00:00Z", "x"],
                    "_Any": [{"__typename": "Municipality", "organisationNumber": "940244145"}, {"__typename": "Programme", "id": "0-24-pilot"}, {}]}
        return self.random.choice(examples.get(declared) or POOLS.get(name, ["a", "940244145", 7]))

    def bend(self, text):
        """The same with a few of its words gone, doubled, changed, or out of place."""
        tokens = TOKEN.findall(text)
        for _ in range(self.random.randint(1, 2)):
            at = self.random.randrange(len(tokens))
            kind = self.random.randrange(7)
            if kind == 0:
                del tokens[at]
            elif kind == 1:
                tokens.insert(at, tokens[at])
            elif kind == 2:
                tokens.insert(at, self.random.choice(JUNK))
            elif kind == 3:
                other = self.random.randrange(len(tokens))
                tokens[at], tokens[other] = tokens[other], tokens[at]
            elif kind == 4:
                tokens[at] = self.random.choice(tokens)
            elif kind == 5:
                tokens[at] = self.random.choice(self.fields + self.composite + ["$v1", "true", "null", "PAID", "on"])
            else:
                tokens[at] = self.random.choice(TEXTS + NUMBERS)
            if not tokens:
                break
        return "".join(tokens)
