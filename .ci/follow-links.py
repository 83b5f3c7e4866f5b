"""Checks the links in the rustdoc pages of FOLDER. Each link to a file must lead to an existing file. If that
file is a page of FOLDER, the anchor must exist, too. Leaves out links that come from other crates.

Also checks that the page on troubleshooting has an anchor for each rejection code in TROUBLESHOOTING.md.

Usage: follow-links.py FOLDER TROUBLESHOOTING.md
"""

import re
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit


class Page(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.anchors, self.links = set(), []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if "id" in attributes:
            self.anchors.add(attributes["id"])
        if tag == "a" and attributes.get("href"):
            self.links.append(attributes["href"])


def is_foreign(link):
    """Returns whether the link comes from another crate. Rustdoc copies the documentation of foreign traits
    to the pages of our types, where some of the copied links lead nowhere."""
    return "::" in link or link == "dispatcher#setting-the-default-subscriber"


folder = Path(sys.argv[1])
pages = {path: Page(path.read_text()) for path in folder.rglob("*.html")}
dead = []
followed = 0
for path, page in pages.items():
    for link in page.links:
        parts = urlsplit(link)
        if parts.scheme or parts.netloc or is_foreign(link):
            continue
        target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
        if not target.exists():
            dead.append(f"{path.relative_to(folder)}: {link}: no such file")
        # `pages` does not have the files outside FOLDER: source code, and pages that all crates share.
        elif parts.fragment and target in pages:
            followed += 1
            if not {parts.fragment, unquote(parts.fragment)} & pages[target].anchors:
                dead.append(f"{path.relative_to(folder)}: {link}: no such anchor")
headings = [line[4:].strip() for line in open(sys.argv[2]) if line.startswith("### ")]
# The other headings are about programs that do not compile.
codes = [heading for heading in headings if re.fullmatch("[a-z0-9_]+", heading)]
troubleshooting = pages[folder / "docs/troubleshooting/index.html"]
dead += [f"no anchor for the code {code}" for code in codes if code not in troubleshooting.anchors]
if dead or not codes or followed < 100:
    sys.exit("\n".join(dead) or f"followed {followed} anchors, found {len(codes)} codes: too few")
print(f"{len(pages)} pages, {followed} anchors followed, {len(codes)} codes found")
