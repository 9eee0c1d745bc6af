"""The JUnit report, for the test tabs of CI systems: one suite an input, one case a result.

A case fails where its result counts (exit code 1), is in error where it is undecided and counts (exit code 3), and is
skipped where it is suppressed or not applicable. Source: the XML schema of Jenkins' JUnit plugin.
"""

from xml.etree import ElementTree

from orgtrail import controls
from orgtrail.report.answers import answers
from orgtrail.report.style import PLAIN, TextStyle
from orgtrail.report.words import by_input, details, fix_title, reason, subject, told
from orgtrail.results import Report, Result


def write(report: Report, style: TextStyle = PLAIN) -> str:
    """The report as JUnit XML."""
    root = ElementTree.Element("testsuites", name="orgtrail")
    for path, results in by_input(report).items():
        _suite(root, path, results, report)
    lines = [f"{answer.question} {answer.word}: {answer.text}" for answer in answers(report)]
    lines += [f"{line.label}: {line.text}" for line in told(report)]
    lines += [notice.message + (f" ({notice.place})" if notice.place else "") for notice in report.notices]
    if lines and len(root):
        ElementTree.SubElement(root[0], "system-out").text = "\n".join(lines)
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _suite(root: ElementTree.Element, path: str, results: list[Result], report: Report) -> None:
    suite = ElementTree.SubElement(root, "testsuite", name=path)
    tally = {"failures": 0, "errors": 0, "skipped": 0}
    for result in results:
        case = ElementTree.SubElement(suite, "testcase", name=subject(result), classname=result.rule)
        body = "\n".join(_body(result))
        if result.suppression is not None and result.is_suppressed:
            tally["skipped"] += 1
            ElementTree.SubElement(case, "skipped").text = f"suppressed {reason(result.suppression)}"
        elif result.verdict == "not-applicable":
            tally["skipped"] += 1
            ElementTree.SubElement(case, "skipped").text = f"not applicable: {result.message}"
        elif report.counts(result):
            kind = "failure" if result.verdict == "violated" else "error"
            tally["failures" if kind == "failure" else "errors"] += 1
            found = ElementTree.SubElement(case, kind, type=result.severity, message=result.message)
            found.text = body
        else:
            ElementTree.SubElement(case, "system-out").text = f"{result.verdict}: {result.message}\n{body}".strip()
    suite.set("tests", str(len(results)))
    for name, count in tally.items():
        suite.set(name, str(count))


def _body(result: Result) -> list[str]:
    lines = [f"at {result.location}"] if result.location else []
    lines += [f"{line.label}: {line.text}" for line in details(result)]
    if result.fix is not None:
        lines.append(f"fix: {fix_title(result.fix)}:")
        lines += [f"  {line}" if line else "" for line in result.fix.hcl.splitlines()]
    if answered := controls.lines_of(result.rule):
        lines.append(f"answers a part of {'; '.join(answered)}")
    return lines
