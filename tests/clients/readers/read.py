"""Reads exported files by other people's readers of their format, and says as JSON what they understood of each and complain of.

    read.py 360giving|json-stat|ics|dcat FILE ...
"""

import decimal
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).parent


def giving360(path):
    """By JSON Schema, dates and addresses included; amounts are read as decimals."""
    from jsonschema import Draft4Validator

    file = json.loads(path.read_text("utf-8"), parse_float=decimal.Decimal)
    schema = json.loads((HERE / "360giving.json").read_text("utf-8"))
    Draft4Validator.check_schema(schema)
    judged = Draft4Validator(schema, format_checker=Draft4Validator.FORMAT_CHECKER).iter_errors(file)
    complaints = [f"{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}" for error in judged]
    if complaints:
        return {"complaints": complaints}
    return {"complaints": [], "grants": len(file["grants"]), "sum": str(sum(decimal.Decimal(grant["amountAwarded"]) for grant in file["grants"]))}


def json_stat(path):
    """By a validator of JSON-stat 2.0."""
    import jsonstat_validator

    try:
        jsonstat_validator.validate_jsonstat(json.loads(path.read_text("utf-8")))
    except Exception as error:  # Of several libraries below it.
        return {"complaints": [str(error)[:500]]}
    return {"complaints": []}


def ics(path):
    """By a parser of RFC 5545; `errors` are what it passes over in silence."""
    import icalendar

    try:
        calendar = icalendar.Calendar.from_ical(path.read_bytes())
    except ValueError as error:
        return {"complaints": [str(error)], "events": []}
    events = calendar.walk("VEVENT")
    complaints = [f"{name}: {why}" for component in [calendar, *events] for name, why in component.errors]
    complaints += [f"{name} is missing" for event in events for name in ("UID", "DTSTAMP", "DTSTART") if name not in event]

    def said(event):
        return {
            "uid": str(event["UID"]), "on": event.start.isoformat(), "until": event.end.isoformat(), "summary": str(event["SUMMARY"]),
            "description": str(event.get("DESCRIPTION", "")), "stamp": event["DTSTAMP"].dt.isoformat(), "busy": str(event["TRANSP"]),
        }

    head = {name: str(calendar.get(name, "")) for name in ("VERSION", "PRODID", "X-WR-CALNAME")}
    return {"complaints": complaints, "calendar": head, "events": [said(event) for event in events] if not complaints else []}


def dcat(path):
    """As linked data, and by shapes."""
    import pyshacl
    import rdflib

    graph = rdflib.Graph().parse(path, format="json-ld")
    shapes = rdflib.Graph().parse(HERE / "dcat-ap-no.ttl")
    conforms, _, text = pyshacl.validate(graph, shacl_graph=shapes, advanced=False)
    dcat_, dct = rdflib.Namespace("http://www.w3.org/ns/dcat#"), rdflib.DCTERMS
    catalogues = list(graph.subjects(rdflib.RDF.type, dcat_.Catalog))
    datasets = [dataset for catalogue in catalogues for dataset in graph.objects(catalogue, dcat_.dataset)]
    titles = sorted(str(title) for dataset in datasets for title in graph.objects(dataset, dct.title))
    return {"complaints": [] if conforms else [text], "triples": len(graph), "catalogues": len(catalogues), "titles": titles}


READERS = {"360giving": giving360, "json-stat": json_stat, "ics": ics, "dcat": dcat}

if __name__ == "__main__":
    print(json.dumps([READERS[sys.argv[1]](pathlib.Path(path)) for path in sys.argv[2:]], ensure_ascii=False))
