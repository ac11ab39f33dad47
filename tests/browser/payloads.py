"""What an attacker in a newsroom, or among its readers, would write; ``pwned()`` is heard if it ever runs."""

EVIL, PICTURES = "evil.example", "pictures.example"

TEXTS = (
    # Out of an element, an attribute, a title, a style sheet, a script, a comment, a form.
    "<script>pwned()</script>", "\"><script>pwned()</script>", "'><img src=x onerror=pwned()>",
    "</title><script>pwned()</script>", "</style><script>pwned()</script>", "</script><script>pwned()</script>",
    "<!--<script>pwned()", "--><svg/onload=pwned()>", "--!><svg/onload=pwned()><!--",
    "]]><script>pwned()</script><![CDATA[", "</textarea><script>pwned()</script>",
    "\" onmouseover=\"pwned()\" autofocus tabindex=1 onfocus=\"pwned()\" x=\"",
    "' onfocus='pwned()' tabindex='1' autofocus='", "` onclick=pwned() `", "x onpointerenter=pwned() y",
    # Encoded once more than a careful reader would think.
    "&lt;script&gt;pwned()&lt;/script&gt;", "&#60;img src=x onerror=pwned()&#62;", "&amp;lt;svg onload=pwned()&amp;gt;",
    "\\u003cscript\\u003epwned()\\u003c/script\\u003e", "%3Cscript%3Epwned()%3C/script%3E",
    "+ADw-script+AD4-pwned()+ADw-/script+AD4-", "＜script＞pwned()＜/script＞", "<\u200bscript>pwned()</\u200bscript>",
    "<scr\u00adipt>pwned()</scr\u00adipt>", "\u2028pwned()//\u2029<img/src/onerror=pwned()>",
    # What a template, a string of JSON or a style sheet would take for its own.
    "{{ 7*7 }}{% for x in (1,) %}{{ x.__class__ }}{% endfor %}${7*7}#{7*7}<%= 7*7 %>{# gone #}",
    "\"; pwned(); //", "\\\"; pwned(); //", "\",\"@type\":\"Thing\"}</script><script>pwned()</script>",
    "};body{background:url(https://evil.example/css)}", "url(https://evil.example/css)",
    # What loads, embeds or leads away.
    "<iframe srcdoc=\"<script>parent.pwned()</script>\">", "<img src=https://evil.example/pixel>",
    "<base href=https://evil.example/>", "<meta http-equiv=refresh content=\"0;url=https://evil.example/\">",
    "<link rel=stylesheet href=https://evil.example/css>", "<form action=https://evil.example/><button>x</button>",
    "<object data=https://evil.example/x>", "<video poster=https://evil.example/x src=x onerror=pwned()>",
    "javascript:pwned()", "data:text/html,<script>pwned()</script>", "../../../etc/passwd", "//evil.example/",
    # Foreign markup, and what a second parser reads in another way.
    "<svg><animate onbegin=pwned() attributeName=x dur=1s>", "<math><mtext><mglyph><style><img src=x onerror=pwned()>",
    "<noscript><p title=\"</noscript><img src=x onerror=pwned()>\">",
    "<template shadowrootmode=open><img src=x onerror=pwned()></template>",
    # Direction controls, opened and never closed.
    "\u202ereversed\u2067 <script>pwned()</script>", "خبر \u2066<img src=x onerror=pwned()>",
    # Names that end the other way than the page runs, the dates after them must stay where they are.
    "<b>pwned()</b> سپیده", "سپیده <b>pwned</b> 7 x", "7 سپیده", "(سپیده",
)  # fmt: skip

_LINKS = (
    "javascript:pwned()", "JaVaScRiPt:pwned()", "&#x6A;avascript:pwned()", "java&Tab;script:pwned()",
    "javascript&colon;pwned()", "&#1;javascript:pwned()", " javascript:pwned()", "java\nscript:pwned()",
    "vbscript:pwned()", "data:text/html,<script>pwned()</script>", "blob:https://evil.example/x",
    "view-source:javascript:pwned()", "feed:javascript:pwned()", "javascript://%0apwned()", "//evil.example/",
)  # fmt: skip

BODIES = (
    *(f"<p>A <a href='{link}'>link</a>.</p>" for link in _LINKS),
    "<p>text <b onclick=pwned()>bold</b><script>pwned()</script></p>",
    "</div></article></main><script>pwned()</script><p>after</p>",
    "<a href=https://kept.example/ onclick=pwned() ping=https://evil.example/ping target=_blank rel=opener>kept</a>",
    "<a href=https://kept.example/ title='\"><img src=x onerror=pwned()>'>kept</a>",
    "<abbr title='</abbr><img src=x onerror=pwned()>'>x</abbr>", "<p lang='\"><img src=x onerror=pwned()>'>x</p>",
    "<time datetime='2026\" onclick=\"pwned()'>x</time>", "<ol start='1\"onclick=pwned()'><li value='x'>x</ol>",
    # Loads and embeds
    "<img src=https://evil.example/pixel.gif>", "<img src=x onerror=pwned()>", "<img srcset='//evil.example/p 2x'>",
    "<picture><source srcset=https://evil.example/x><img src=x></picture>",
    "<audio src=https://evil.example/a autoplay>",
    "<video poster=https://evil.example/x><source src=x onerror=pwned()></video>",
    "<iframe src=https://evil.example/embed></iframe>", "<iframe srcdoc='<script>parent.pwned()</script>'></iframe>",
    "<object data=https://evil.example/x><embed src=https://evil.example/y></object>",
    "<blockquote cite=https://evil.example/>x</blockquote>", "<table background=https://evil.example/><tr><td>x",
    # Style
    "<p style='background:url(https://evil.example/css)'>x</p>", "<style>@import 'https://evil.example/css'</style>",
    "<div style='position:fixed;inset:0;opacity:0'><a href=https://kept.example/>everywhere</a></div>",
    "<p class=skip id=offer hidden>x</p><form name=getElementById></form><a id=comments name=body>x</a>",
    # Foreign markup, and mutation
    "<svg><style><img src=x onerror=pwned()></style></svg>", "<svg><script>pwned()</script><a href=javascript:pwned()>",
    "<math><annotation-xml encoding=text/html><img src=x onerror=pwned()></annotation-xml></math>",
    "<math><mtext><table><mglyph><svg><mtext><style><p id='</style><img src=x onerror=pwned()>'>",
    "<form><math><mtext></form><form><mglyph><svg><mtext><style><path id='</style><img src=x onerror=pwned()>'>",
    "<table><tr><td><svg><foreignObject><body onload=pwned()><p>x",
    "<p><svg><desc><p><title><img src=x onerror=pwned()>",
    "<ruby>x<rt><svg onload=pwned()></rt></ruby>", "<details open ontoggle=pwned()><summary>x</summary>y</details>",
    "<noscript><p title='</noscript><img src=x onerror=pwned()>'>",
    "<xmp><p title='</xmp><img src=x onerror=pwned()>'>",
    "<listing>&lt;img src=x onerror=pwned()&gt;</listing>", "<plaintext><img src=x onerror=pwned()>",
    "<select><template><img src=x onerror=pwned()></template></select>", "<p>a<table><p>b<a href=javascript:pwned()>c",
    "<a><p><a><table><a href=javascript:pwned()><svg></table><style><img src=x onerror=pwned()>",
    "<dialog open><p onfocus=pwned() autofocus tabindex=0>x</dialog>", "<p is=x-y contenteditable slot=z>x</p>",
    # Comments and declarations
    "<!--[if mso]><img src=x onerror=pwned()><![endif]-->", "<!-- --!><img src=x onerror=pwned()> -->",
    "<!--><img src=x onerror=pwned()>-->", "<![CDATA[<img src=x onerror=pwned()>]]>", "<?xml x?><?php pwned() ?>",
    "<!doctype html><html onclick=pwned()><head><meta charset=utf-7><base href=https://evil.example/></head>",
    "<meta http-equiv=refresh content='0;url=https://evil.example/'><link rel=stylesheet href=//evil.example/css>",
    "<p>{{ 7*7 }}{% raw %}${7*7}</p>",
    "<p>&lt;script&gt;pwned()&lt;/script&gt; &amp;lt;img src=x onerror=pwned()&amp;gt;",
)  # fmt: skip

KEPT = (
    "https://kept.example/'onmouseover='pwned()", "https://kept.example/x);background:url(y", "https://kept.example/?a=1&b='",
    "https://kept.example/%22%3E%3Cscript%3Epwned()%3C/script%3E", "mailto:desk@kept.example?subject=%0d%0aBcc:x",
)  # fmt: skip
"""Addresses that ingest lets through, for they are no more than odd."""

REFUSED = (
    *_LINKS, "https://evil.example/\"onclick=pwned()", "https://evil.example/><script>", "https://a b.example/",
    "https://user:pass@evil.example/", "https://kept.example\\@evil.example/", "\u0001javascript:pwned()", "pwned()",
)  # fmt: skip
"""Addresses that ingest refuses wherever a link may stand."""
