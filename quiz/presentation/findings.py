"""One sentence for every code a check can find, in the language of the reader."""

from collections.abc import Callable, Mapping

from quiz.bank.findings import Finding, Severity


def N_(msgid: str) -> str:  # noqa: N802 - the name that message extraction looks for
    """Mark a sentence for extraction; it is translated when it is shown."""
    return msgid


SEVERITIES: Mapping[Severity, str] = {Severity.ERROR: N_("error"), Severity.WARNING: N_("warning")}

SENTENCES: Mapping[str, str] = {
    # Files
    "nothing-to-read": N_("There are no content files here: instruments, scenarios and modules each have a folder."),
    "stray-file": N_(
        "This file is not read: content files end in .yaml and stand in instruments/, scenarios/<bank>/ or modules/."
    ),
    "unreadable-file": N_("The file cannot be opened."),
    "file-too-large": N_("The file is larger than %(most)s KiB."),
    "not-utf8": N_("The file is not UTF-8 text from this line on."),
    "bad-character": N_("The character %(character)s may not stand in a file."),
    "empty-file": N_("The file is empty."),
    "several-documents": N_("A file holds one document; a second begins here."),
    "yaml-syntax": N_("The file cannot be read from here on: look at the indentation, quotation marks and brackets."),
    "too-deep": N_("The nesting is deeper than %(most)s levels."),
    "alias": N_("Anchors and aliases (%(value)s) are not allowed: write the words out."),
    "tag": N_("Type tags (%(value)s) are not allowed."),
    "key-not-a-word": N_("The name of a field must be a word."),
    "key-repeated": N_("This field stands here a second time; it stands first in line %(line)s."),
    "unwritable-character": N_("The character %(character)s can be held by no file."),
    "unwritable-value": N_("%(value)s can be held by no file: only texts, numbers, truths, lists and fields can."),
    # Archives
    "not-an-archive": N_("This is neither a zip of content files nor one content file in YAML."),
    "not-a-zip": N_("This is not a zip."),
    "zip-broken": N_("The zip is damaged or not whole."),
    "zip-too-large": N_("The zip holds more than %(most)s MiB, unpacked."),
    "zip-too-many": N_("The zip holds more than %(most)s files."),
    "zip-swells": N_("Unpacked, the zip is more than %(most)s times as large; such files are not opened."),
    "zip-encrypted": N_("This file has a password: files are read only without one."),
    "zip-method": N_("This file is compressed in an unusual way: deflate, as zip programs do by default, can be read."),
    "zip-broken-entry": N_("This file is damaged in the zip."),
    "zip-name": N_(
        "This file is not read: its name in the zip is absolute, leads out of the folder or is no plain name."
    ),
    "zip-name-encoding": N_("A name in the zip cannot be read: names must be Latin letters or UTF-8."),
    "zip-link": N_("This is a link or a device in the zip: only files are read."),
    "nested-archive": N_("This is an archive within the zip: files are read only where they stand in folders."),
    "file-twice": N_("A file of this name stands in the zip twice, if capital and small letters are the same."),
    "document-of-no-kind": N_("This document is neither an instrument nor a scenario nor a module."),
    # Translations that came back
    "xml-not-well-formed": N_("The file cannot be read as XML from here on."),
    "xml-encoding": N_("The encoding of the file is not known, or not the one it names; UTF-8 and UTF-16 are read."),
    "xml-doctype": N_("The file declares a document type; that is refused, because it can define entities."),
    "too-many-elements": N_("The file holds more than %(most)s elements."),
    "xliff-not-xliff": N_("The file is not an XLIFF file."),
    "xliff-version": N_("XLIFF %(value)s is not read; these versions are: %(allowed)s."),
    "xliff-languages": N_("The file translates from %(source)s to %(target)s; from ar to en is expected."),
    "xliff-nothing": N_("The file holds nothing that was translated."),
    "xliff-no-document": N_("%(value)s does not name a document: its kind, a slash and its key are expected."),
    "xliff-unit-broken": N_("The unit %(value)s has no name or no source."),
    "xliff-unit-twice": N_("The unit %(value)s stands here a second time; only the first counts."),
    "xliff-no-target": N_("The unit %(value)s is not translated."),
    "xliff-empty-target": N_("The translation of the unit %(value)s is empty."),
    "xliff-same-as-source": N_("The translation of the unit %(value)s is its Arabic source."),
    "translation-elsewhere": N_("The translation belongs to %(value)s, not to this document."),
    "translation-unknown": N_("This document has no text %(value)s any more."),
    "translation-passages": N_("The marked passages of the translation are not those of the Arabic text."),
    "translation-cleaned": N_("Signs that another program left in the translation were put right."),
    "translation-stale": N_("The Arabic text was changed after it was sent to be translated."),
    # Tables
    "not-a-workbook": N_(
        "This is %(found)s, not an Excel workbook (.xlsx): save the table as .xlsx and send it again."
    ),
    "workbook-locked": N_("The workbook has a password: save it without one and send it again."),
    "workbook-broken": N_("The workbook is damaged: open it, save it as .xlsx and send it again."),
    "workbook-with-links": N_("The workbook takes values from other files: paste them as texts and remove the links."),
    "no-sheet": N_("It cannot be known which sheet holds the scenarios: call it %(value)s or %(other)s."),
    "sheet-not-read": N_("The sheet %(value)s is not read: all scenarios of a workbook stand in one sheet."),
    "sheet-too-large": N_("The sheet has more than %(most)s cells: delete the rows and columns around the table."),
    "no-headings": N_("The first row must hold the headings of the template; none of them is there."),
    "no-rows": N_("There is no scenario under the headings."),
    "heading-missing": N_("The column %(value)s (%(other)s) is missing."),
    "heading-unknown": N_("The heading %(value)s in the cell %(cell)s is none of the template."),
    "heading-twice": N_("The heading %(value)s (%(other)s) stands a second time in the cell %(cell)s."),
    "cell-without-heading": N_("Something stands in the cell %(cell)s, and its column has no heading."),
    "too-many-rows": N_("The table has more than %(most)s rows: send it in parts."),
    "too-many-faults": N_("There are more than %(most)s faults: mend these and send the table again."),
    "merged-cells": N_("The cells %(value)s are merged: split them, and fill in each."),
    "cell-formula": N_("The cell %(cell)s holds a formula: paste what it shows as a text."),
    "cell-date": N_("The cell %(cell)s holds a date or a time: make it a text cell and type it again."),
    "cell-error": N_("The cell %(cell)s shows the error %(value)s."),
    "cell-truth": N_("The cell %(cell)s holds TRUE or FALSE where a text is expected."),
    "cell-too-long": N_("The cell %(cell)s holds more than %(most)s letters."),
    "kind-not-in-table": N_("“%(kind)s” does not fit into a row: write it at the desk or as YAML."),
    "not-for-a-table": N_("A row cannot hold this scenario to the letter: take it away as YAML."),
    "not-in-list": N_("%(value)s is none of the words of this column; the sheet of lists shows them."),
    "group-passed-over": N_("Nothing stands here, and something in the option or comparison after it."),
    "pick-twice": N_("%(value)s is chosen twice: it belongs to one option."),
    "bad-places": N_("The places of the steps must be the numbers from 1 to %(most)s, each once."),
    "exhibit-without-medium": N_("There is an exhibit, and its medium is not said."),
    "exhibit-line": N_("%(value)s begins with none of: %(allowed)s; the text follows after an empty line."),
    "exhibit-line-twice": N_("%(value)s stands in the exhibit twice."),
    "exhibit-differs": N_("%(value)s differs from what the Arabic exhibit says; it is needed only there."),
    "turn-without-speaker": N_("%(value)s does not say who speaks: a turn begins with a name and a colon."),
    "turns-differ": N_("The conversation has not as many turns in English as in Arabic."),
    # Structure
    "unknown-format": N_("The format version %(value)s is not known."),
    "not-a-mapping": N_("Fields with names are expected here."),
    "missing": N_("The field %(field)s is missing."),
    "empty": N_("The field %(field)s is empty."),
    "wrong-type": N_("The field %(field)s must hold: %(expected)s."),
    "unknown-key": N_("The field %(value)s is not known here."),
    "unknown-language": N_("The language %(value)s is not known: only ar and en are."),
    "no-arabic": N_("The Arabic text of %(field)s is missing; Arabic is the source."),
    "bad-key": N_("%(value)s is not a key: small Latin letters, digits and single hyphens, 64 at most."),
    "bad-address": N_("%(value)s is not an address: instrument/edition/provision#part is."),
    "not-one-of": N_("%(value)s is not one of: %(allowed)s."),
    "not-a-fraction": N_('%(value)s is not an exact fraction such as 1 or "1/3".'),
    "not-a-date": N_("%(value)s is not a date: year, month and day in digits, with hyphens between."),
    "not-a-duration": N_("%(value)s is not a duration such as P2Y, P90D or PT25M."),
    "too-small": N_("%(value)s is too small: %(least)s at least."),
    "too-large": N_("%(value)s is too large: %(most)s at most."),
    "key-twice": N_("The key %(value)s stands here twice."),
    "silent-and-cited": N_(
        "A code that is silent is not cited, and one that speaks is: verdict and citations disagree."
    ),
    "score-out-of-range": N_("The score %(value)s must be above 0 and at most 1."),
    "option-count": N_("Number of options: %(value)s; allowed from %(least)s to %(most)s."),
    "credit-out-of-range": N_("The credit %(value)s is not allowed for this kind of scenario."),
    "not-one-best": N_("Exactly one option has the credit 1."),
    "positives-not-one": N_("The positive credits must add up to 1."),
    "everything-scores": N_("Ticking every option must not score above 0: the negative credits are too small."),
    "pick-not-named": N_("The key names no option as %(value)s appropriate, or names something else."),
    "most-is-least": N_("The most and the least appropriate option cannot be the same."),
    "order-not-of-all": N_("The order of the key must name every option once."),
    "passage-not-marked": N_("No passage %(value)s is marked in the exhibit."),
    "passage-not-ruled": N_("The passage %(value)s is marked in the exhibit and has no ruling."),
    "passage-twice": N_("A passage stands once in each language of an exhibit; here one is marked again."),
    "passage-in-vain": N_("A passage is marked here, and the kind of the scenario does not ask for passages."),
    "nothing-breaches": N_("At least one passage must breach."),
    "empty-branching": N_("The path has no node."),
    "no-sound-choice": N_("One choice of every node must have the credit 1."),
    "no-such-node": N_("A choice leads to %(value)s, and there is no such node."),
    "path-too-long": N_("A path through %(value)s has more than %(most)s turns, or goes in a circle."),
    "path-too-short": N_("Every path has at least %(least)s turns."),
    "node-out-of-reach": N_("No path leads to the node %(value)s."),
    "rating-without-option": N_("Options and key ratings do not match at %(value)s."),
    # Names and places of files
    "key-not-file-name": N_("The key %(value)s and the file name %(file)s must be the same."),
    "bank-not-folder": N_("The bank %(value)s and the folder %(folder)s must be the same."),
    "key-taken": N_("The key %(value)s is already used in %(file)s."),
    "not-a-country": N_("%(value)s is not a country code of two capital letters."),
    "jurisdiction-not-bank": N_("The jurisdiction %(value)s is not that of the bank %(bank)s."),
    # Citations
    "no-citation": N_("At least one provision must be cited."),
    "no-such-provision": N_("No provision stands at %(value)s."),
    "no-such-edition": N_("No edition stands at %(value)s."),
    "unproven-citation": N_("%(value)s cannot be published: its verification is “%(verification)s”."),
    "repealed-cited": N_("The edition of %(value)s is repealed: it can be cited only as history."),
    "foreign-citation": N_("%(value)s does not hold in %(country)s: another country's text stands in a comparison."),
    "edition-not-binding": N_("A pledge cannot rest on %(value)s: that edition is repealed or a draft."),
    "review-overdue": N_("The review of %(value)s was due on %(date)s."),
    "compare-elsewhere": N_("%(value)s does not belong to the compared edition %(edition)s."),
    "word-too-strong": N_("“%(value)s” is stronger than the verification of what is cited: %(verification)s."),
    "article-not-cited": N_("The text names article %(value)s, which is not cited beside it."),
    "pledge-not-cited": N_("The text names pledge %(value)s, which is not cited beside it."),
    "decree-not-cited": N_("The text names a law or decree %(value)s, which is not cited beside it."),
    "number-not-stated": N_("Neither the story nor a figure of what is cited says %(value)s."),
    "figure-twice": N_("This figure stands with the provision already; a figure stands once."),
    "verification-unproven": N_(
        "The verification became “%(verification)s” without proof: what was compared, in both languages, and the day "
        "of it have to be new."
    ),
    "verified-in-future": N_("Nothing can have been compared on %(value)s: that day is still to come."),
    # Letters and words
    "bidi-control": N_(
        "The invisible direction mark %(character)s stands at “%(near)s”; pages set directions themselves."
    ),
    "invisible-character": N_("The invisible character %(character)s stands at “%(near)s”."),
    "tatweel": N_("A tatweel stands at “%(near)s”."),
    "persian-letter": N_("The letter %(character)s at “%(near)s” is a Persian form; the Arabic form is needed."),
    "presentation-form": N_("The sign %(character)s at “%(near)s” is a printed shape, not a letter."),
    "not-latin-digits": N_("The digit %(character)s stands at “%(near)s”: files hold 0-9, pages set the digits."),
    "unbalanced-brackets": N_("The bracket or quotation mark %(character)s has no partner."),
    "html": N_("HTML is not allowed in texts."),
    "not-arabic": N_("The Arabic text holds no Arabic letter."),
    "no-english": N_("The English text of %(field)s is missing."),
    "arabic-in-english": N_("The English text holds Arabic letters."),
    "numbers-differ": N_(
        "The numbers in the Arabic and in the English text of %(field)s differ; the English may be stale."
    ),
    "english-stale": N_("The Arabic text of %(field)s was changed and the English was not."),
    "latin-punctuation": N_("Latin punctuation %(character)s stands in Arabic text at “%(near)s”."),
    "forgotten-hamza": N_("A hamza is missing in “%(value)s”."),
    "imperative": N_("“%(value)s” commands in the masculine; a verbal noun speaks to everybody."),
    "penalty-typed": N_("A penalty figure is typed: “%(near)s”. Pages draw figures from the provisions cited."),
    "real-name": N_("%(value)s exists: situations, options and exhibits have invented bodies, accounts and people."),
    "real-name-explained": N_("%(value)s exists and is not on the list of bodies that a ruling or note may name."),
    "situation-short": N_(
        "The situation with its exhibit has too few Arabic words: %(count)s; %(least)s are the least."
    ),
    "situation-long": N_("The situation with its exhibit has too many Arabic words: %(count)s; %(most)s are the most."),
    "text-too-long": N_("This text has too many characters: %(count)s; %(most)s are the most."),
    "passages-differ": N_("The marked passages are not the same in both languages."),
    # Options
    "equal-options": N_("This option says the same as the option %(other)s."),
    "about-options": N_("An option must not speak of the other options («كل ما سبق»)."),
    "double-negative": N_("A double negative: “%(near)s”."),
    "best-longest": N_(
        "The best option is longer than the others on average by %(share)s %%: its length gives it away."
    ),
    "stem-word-in-best": N_("“%(value)s” runs through the situation, and only the best option repeats it."),
    "nothing-to-translate": N_("Nothing of this name is here: %(value)s."),
    # A bank
    "best-in-one-place": N_(
        "In the bank %(bank)s the best option is in place %(place)s in %(count)s of %(total)s scenarios; "
        "that is more than chance."
    ),
    "best-hands-on": N_(
        "In the bank %(bank)s reporting or asking somebody above is best in %(count)s of %(total)s "
        "scenarios; a third is the most."
    ),
    "unbalanced-cast": N_("In the bank %(bank)s the main characters are unbalanced: women %(women)s, men %(men)s."),
    "thin-coverage": N_("Too few scenarios cite %(value)s: %(count)s; %(least)s are the least."),
    "guessable": N_(
        "In the bank %(bank)s the best options can be guessed by %(strategy)s: %(succeeds)s percent, where chance "
        "gives %(chance)s."
    ),
    # Modules
    "empty-blueprint": N_("The blueprint has no line."),
    "blueprint-too-few": N_(
        "Line %(line)s of the blueprint asks for %(wanted)s scenarios of the bank %(bank)s; when the "
        "narrower lines have chosen, as few as %(found)s are left."
    ),
    "nothing-scored": N_("For %(value)s no line of the blueprint draws what counts there: nobody could pass."),
    "nothing-drawn": N_("For %(value)s no line of the blueprint holds."),
    "pass-rule-out-of-reach": N_(
        "The pass rule asks for %(value)s, and no scored line can draw a scenario that cites it."
    ),
    "inexact-duration": N_("A wait or time limit needs an exact length: days, hours or minutes, not months or years."),
    "no-country": N_("The module is for no country: nobody could take it."),
    "duration-out-of-range": N_("This duration is not within what is allowed: from %(least)s to %(most)s."),
    "not-whole-days": N_("This duration needs whole days, months or years."),
}

# Values that are themselves words to be translated: field of the sentence → code → words.
WORDS: Mapping[str, Mapping[str, str]] = {
    "expected": {
        "str": N_("a text in quotation marks"),
        "int": N_("a whole number"),
        "bool": N_("true or false"),
        "list": N_("a list"),
        "dict": N_("fields with names"),
        "{ar, en}": N_("a text in Arabic and English"),
    },
    "found": {
        "xls": N_("an old Excel workbook (.xls)"),
        "xlsb": N_("a binary Excel workbook (.xlsb)"),
        "ods": N_("an OpenDocument table (.ods)"),
        "numbers": N_("a Numbers table"),
        "csv": N_("plain text or CSV"),
        "html": N_("a web page"),
        "pdf": N_("a PDF"),
        "docx": N_("a Word document"),
        "pptx": N_("a presentation"),
        "zip": N_("a zip"),
        "unknown": N_("something else"),
    },
    "kind": {
        "spot": N_("Spotting the breach"),
        "branching": N_("Turn by turn"),
    },
    "verification": {
        "official_verified": N_("verified against the official text"),
        "mirror_verified": N_("full unofficial copy"),
        "secondary": N_("secondary source"),
        "recall": N_("from memory"),
        "disputed": N_("disputed"),
    },
}


def _as_it_is(value: str) -> str:
    return value


def sentence(finding: Finding, gettext: Callable[[str], str], isolate: Callable[[str], str] = _as_it_is) -> str:
    """Return a finding as one sentence; every value goes through `isolate`, where directions can mix."""
    values = {
        name: isolate(gettext(WORDS[name][value]) if value in WORDS.get(name, {}) else value)
        for name, value in finding.values.items()
    }
    return gettext(SENTENCES[finding.code]) % values


def severity_word(severity: Severity, gettext: Callable[[str], str]) -> str:
    """Return the word for how grave a finding is."""
    return gettext(SEVERITIES[severity])
