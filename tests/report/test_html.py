"""What stands in the HTML report, and that it is put together as a screen reader and a printer need it."""

import base64
import hashlib
import re

import msgspec
import pytest
from lxml import html
from syrupy.assertion import SnapshotAssertion

from orgtrail import __version__, rules
from orgtrail.links import rule_page
from orgtrail.report import words, writer
from orgtrail.report.style import PLAIN
from orgtrail.results import Diagram, DiagramEdge, DiagramNode, Report
from tests.report.fixture import GOOD, RESULTS
from tests.report.page_fixture import PAGE, PAGE_OF_ONE


def written(report: Report) -> str:
    return writer("html")(report, PLAIN)


def page(report: Report) -> html.HtmlElement:
    return html.document_fromstring(written(report))


def said(element: html.HtmlElement) -> str:
    """The words of a part, without those for the browser alone."""
    return " ".join("".join(element.xpath(".//text()[not(ancestor::style or ancestor::script)]")).split())


def part(report: Report, name: str) -> html.HtmlElement:
    return page(report).xpath(f"//section[@aria-labelledby='{name}']")[0]


@pytest.mark.parametrize("report", [PAGE, PAGE_OF_ONE], ids=["several", "one"])
def test_snapshot(report: Report, snapshot: SnapshotAssertion, monkeypatch: pytest.MonkeyPatch) -> None:
    # A new rule is no reason for another page of the same results.
    monkeypatch.setattr(rules, "ids", lambda: tuple(dict.fromkeys(result.rule for result in RESULTS)))
    text = re.sub(r"(?s)<(style|script)>.*?</\1>", "", written(report))
    text = re.sub(r"sha256-[^']*", "sha256-...", text).replace(__version__, "VERSION")
    assert "\n".join(line.rstrip() for line in text.split("\n") if line.strip()) == snapshot


# Its order and its words


def test_the_answers_come_first_then_the_record_then_what_fails() -> None:
    titles = [title.text_content().strip() for title in page(PAGE_OF_ONE).xpath("//h2[not(@class='hidden')]")]
    wanted = ["Answers", "Record", "What fails", "What isn\u2019t known", "Advice", "Set aside", "What holds"]
    assert titles[: len(wanted)] == wanted
    assert titles[-1] == "Sign-off"


def test_people_read_no_verdicts_of_scripts() -> None:
    text = said(page(PAGE).find("body"))
    assert not re.search(r"\b(violated|proved|undecided|suppressed|counts?)\b", text, re.I)
    for word in ("Fails", "Not known", "2 results hold", "advice"):
        assert word in text


def test_what_fails_stands_in_the_order_of_questions_and_gravity() -> None:
    shown = [article.xpath(".//a[@class='rule']")[0].text for article in page(PAGE).xpath("//article[@class='fail']")]
    assert shown == [one.rule for one in words.by_word(PAGE)["fails"]]


def test_each_failure_has_its_place_lines_request_edit_and_page() -> None:
    order, read = page(PAGE_OF_ONE).xpath("//article[@class='fail']")
    labels = [label.text for label in order.xpath(".//dt")]
    assert labels == ["Where", "Source", "Missing", "Edit", "Why"]
    assert order.xpath("string(.//pre[@class='excerpt']/span)").startswith("12resource")
    assert [line.text for line in order.xpath(".//span[@class='added']")] == [
        "+  depends_on = [aws_organizations_organization.this]\n"
    ]
    assert order.xpath(".//a[@class='rule']/@href") == [rule_page("trusted-access-before-trail")]
    # Where no source shows it, the statement itself stands there, and the request in a sentence.
    assert '"Sid": "OrganizationReads"' in read.xpath(".//pre[@class='excerpt json']")[0].text
    assert said(read.xpath(".//dd[@class='request']")[0]).startswith(
        "arn:aws:iam::222222222222:role/any calls s3:GetObject on arn:aws:s3:::acme-org-trail-logs/"
    )


def test_an_edit_that_several_share_is_shown_once() -> None:
    shared = next(one for one in PAGE_OF_ONE.results if one.excerpt is not None)
    again = msgspec.structs.replace(shared, rule="bucket-policy-before-trail")
    report = msgspec.structs.replace(PAGE_OF_ONE, results=(shared, again))
    whole = page(report)
    assert len(whole.xpath("//pre[@class='diff']")) == 1
    assert "With the edit of trusted-access-before-trail above." in said(whole)


# What an auditor files


def test_the_record() -> None:
    text = said(part(PAGE_OF_ONE, "record"))
    for wanted in (
        "plan.json, a plan of Terraform 1.11.4",
        "SHA-256 " + "0" * 64,
        "3 files of Terraform",
        "1" * 64,
        f"2026-01-31, 12:00 UTC, by orgtrail {__version__}",
        "orgtrail check plan.json state.json --var name=...",
        "Organization: o-abcd123456 shown by the input or by evidence",
        "Management account: not known",
        "Trusted account (may read the logs): 444444444444 told",
        "seen.json, seen at 2026-01-30 11:00 UTC as arn:aws:sts::1:role/audit; 3 hours old",
    ):
        assert wanted in text, wanted


def test_it_is_signed_with_name_role_date_decision_and_signature() -> None:
    form = part(PAGE_OF_ONE, "signing")
    labels = [" ".join(label.text_content().split()) for label in form.xpath(".//label")]
    for wanted in ("Name", "Role", "Date", "Signature", "Reservations", "Accepted", "Rejected"):
        assert wanted in labels
    # Every field is inside its label, and nothing sends anything.
    assert len(form.xpath(".//label//input")) == len(form.xpath(".//input"))
    assert not form.xpath("//form")
    assert "whose answers are no, no, not asked" in said(form)


def test_of_several_inputs_each_has_its_answers() -> None:
    rows = part(PAGE, "record").xpath(".//table[@class='inputs']/tbody/tr")
    assert [said(row.xpath("./th")[0]).split()[0] for row in rows] == ["plan.json", "state.json"]
    assert "No" in said(rows[0].xpath("./td")[0])
    assert rows[0].xpath("./th/a/@href") == ["#view-0"]


# The picture and the matrix


def test_the_order_is_a_list_that_says_every_arrow() -> None:
    rows = page(PAGE_OF_ONE).xpath("//ol[@class='order']/li")
    text = said(rows[-1])
    assert "Missing: nothing makes it wait for aws_organizations_organization.this" in text
    assert "After module.log_bucket.aws_s3_bucket_policy.this" in text
    assert "After aws_s3_bucket.this" in said(rows[-3])
    assert all(row.xpath("./span[@class='rail']/@aria-hidden") == ["true"] for row in rows)
    modules = [said(row) for row in rows if row.get("class") == "module"]
    assert modules == ["module.log_bucket", "root module"]


def test_a_missing_principal_is_no_missing_edge() -> None:
    diagram = Diagram(
        (
            DiagramNode("aws_o.x", "organization", '"cloudtrail.amazonaws.com" in `aws_o.x.p`'),
            DiagramNode("aws_t.y", "trail"),
        ),
        (DiagramEdge("aws_o.x", "aws_t.y", "depends", "depends_on aws_o.x", ("trusted-access-before-trail",)),),
    )
    report = msgspec.structs.replace(
        PAGE_OF_ONE, views=(msgspec.structs.replace(PAGE_OF_ONE.views[0], diagram=diagram),)
    )
    shown = page(report).xpath("//ol[@class='order']")[0]
    assert 'Lacks "cloudtrail.amazonaws.com" in aws_o.x.p' in said(shown)
    assert not shown.xpath(".//*[@class='og-missing']")
    assert shown.xpath(".//*[contains(@class, 'og-lacks')]")


def test_only_a_cell_with_something_to_tell_opens() -> None:
    whole = page(PAGE_OF_ONE)
    cells = whole.xpath("//table[@class='matrix']/tbody/tr/td")
    opening = [cell for cell in cells if cell.xpath("./button")]
    assert [" ".join(said(cell).split()[1:]) for cell in cells] == ["! yes", "no", "no", "not known", "yes", "no"]
    assert [" ".join(said(cell).split()[1:]) for cell in opening] == ["! yes", "no", "not known", "yes"]
    targets = whole.xpath("//button/@popovertarget")
    assert targets
    assert {*targets} == {*whole.xpath("//div[@popover]/@id")}
    # A hole is told from what is meant to be by more than its colour.
    assert [cell.get("class") for cell in cells] == ["hole", "no", "no", "unknown", "yes", "no"]


# Its frame


@pytest.mark.parametrize("report", [PAGE, PAGE_OF_ONE, GOOD], ids=["several", "one", "good"])
def test_ids_are_there_once_and_every_reference_leads_somewhere(report: Report) -> None:
    whole = page(report)
    ids = whole.xpath("//@id")
    assert len(ids) == len(set(ids))
    for reference in (*whole.xpath("//@aria-labelledby"), *whole.xpath("//@popovertarget")):
        assert reference in ids
    for link in whole.xpath("//a/@href"):
        assert link.startswith("https://") or link[1:] in ids, link
    assert len(whole.xpath("//h1")) == len(whole.xpath("//main")) == 1
    assert all(cell.get("scope") for cell in whole.xpath("//th"))
    skip = whole.xpath("//body/*[1]")[0]
    assert skip.get("href")[1:] in ids


def test_it_allows_its_own_style_and_script_and_nothing_else() -> None:
    text = written(PAGE)
    policy = page(PAGE).xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    for name in ("style", "script"):
        inside = re.findall(rf"(?s)<{name}>(.*?)</{name}>", text)
        assert len(inside) == 1
        digest = base64.b64encode(hashlib.sha256(inside[0].encode()).digest()).decode()
        assert f"{name}-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy
    assert not page(PAGE).xpath("//@style | //@onclick | //@src | //link | //img | //iframe")


def test_a_good_run_says_so() -> None:
    whole = page(GOOD)
    assert whole.xpath("//h1")[0].text == "Everything that was asked for holds"
    assert not whole.xpath("//article")


def test_what_one_statement_lets_through_is_told_once() -> None:
    read = next(one for one in PAGE_OF_ONE.results if one.rule == "members-cannot-read-logs")
    public = msgspec.structs.replace(read, rule="logs-not-public", message="anybody may read the logs", fix=None)
    whole = page(msgspec.structs.replace(PAGE_OF_ONE, results=(read, public)))
    assert len(whole.xpath("//article[@class='fail']")) == 1
    assert len(whole.xpath("//article//pre[@class='excerpt json']")) == 1
    text = said(whole.xpath("//article[@class='fail']")[0])
    assert "It lets, tooAnybody may read the logs" in text
    assert set(whole.xpath("//article//a[@class='rule']/text()")) == {"members-cannot-read-logs", "logs-not-public"}
    assert said(whole.xpath("//nav//li")[0]) == "2 fail"


def test_grounds_that_say_the_same_are_one() -> None:
    proof = next(one for one in PAGE_OF_ONE.results if one.verdict == "proved")
    grounds = ("`A` allows none of this", "`B` allows none of this", "`A` cuts off `B`", "a plain one")
    whole = page(msgspec.structs.replace(PAGE_OF_ONE, results=(msgspec.structs.replace(proof, because=grounds),)))
    listed = [said(one) for one in whole.xpath("//ul[starts-with(@class, 'grounds')]/li")]
    assert listed[1:] == ["A, B: each allows none of this", "A cuts off B", "a plain one"]


def test_what_nobody_can_spell_yet_is_written_as_aws_does() -> None:
    read = next(one for one in PAGE_OF_ONE.results if one.rule == "members-cannot-read-logs")
    told = msgspec.structs.replace(read, message="`${the organization's id}` and ${the owner's id} may read")
    whole = page(msgspec.structs.replace(PAGE_OF_ONE, results=(told,)))
    assert "<the organization's id> and <the owner's id> may read" in said(whole.xpath("//article//h3")[0])


def test_of_nothing_it_says_so_once() -> None:
    nothing = tuple(one for one in PAGE.results if one.verdict == "not-applicable")
    whole = page(Report(PAGE.inputs[:1], nothing, 0))
    ids = whole.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert whole.xpath("//a[@class='skip']/@href")[0][1:] in ids
    assert said(whole).count("There is nothing to check in this input") == 1
