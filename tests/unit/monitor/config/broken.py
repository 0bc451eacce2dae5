"""Broken configurations and exactly what is said of them."""

BASE = "version: 1\nbrands:\n  - {id: xinghe, name: 星河, role: own}\n"
RULE = "{id: spike, measure: negative_ratio, detector: wilson, params: {}"
ID_HINT = "use lower-case letters, digits, - and _, beginning with a letter or digit, at most 63"
SINGLE = 'the term 退 is a single character (it would be found everywhere: write a longer word, or "退")'

#: Text → the lines that `tingfeng check` prints.
BROKEN = {
    "": ["k.yaml:1:1: is empty (begin with version: 1)"],
    "- a\n": ["k.yaml:1:1: must be a mapping (begin with version: 1)"],
    "version: 1\nbrands: [\n": [
        "k.yaml:2:9: not valid YAML: expected the node content, but found '<stream end>' (close it with ])",
    ],
    # What is never closed is missed at the end of the file, and told where it opens.
    "version: 1\nbrands:\n  - {id: a, name: 'A, role: own}\nrules: []\n": [
        "k.yaml:3:19: not valid YAML: found unexpected end of stream (close it with ')",
    ],
    'version: 1\nbrands: [{id: a, name: "A}]\n': [
        'k.yaml:2:24: not valid YAML: found unexpected end of stream (close it with ")',
    ],
    "version: 1\nbrands:\n  - {id: a, name: A\n  - {id: b, name: B}\nrules: [1]\n": [
        "k.yaml:3:5: not valid YAML: expected ',' or '}', but got '{' (close it with })",
    ],
    "version: 1\nbrands: [{id: a, name: [A}]\n": [
        "k.yaml:2:24: not valid YAML: expected ',' or ']', but got '}' (close it with ])",
    ],
    "version: 1\nbrands: [{id: a name: b}]\n": [
        "k.yaml:2:21: not valid YAML: expected ',' or '}', but got ':'",
    ],
    "version: 1\n\tbrands: []\n": [
        "k.yaml:2:1: not valid YAML: found character '\\t' that cannot start any token (indent with spaces, not tabs)"
    ],
    "version: 1\nname: a: b\n": [
        "k.yaml:2:8: not valid YAML: mapping values are not allowed here (put a value that holds a colon in quotes)"
    ],
    "version: 1\nname: '\x07'\n": ["k.yaml:2:8: not valid YAML: the character U+0007 is not allowed (remove it)"],
    "version: 1\n---\nversion: 1\n": ["k.yaml:2:1: not valid YAML: but found another document"],
    BASE.replace("1", "2", 1): ["k.yaml:1:10: version: must be 1 (write version: 1)"],
    "brands: []\n": [
        "k.yaml:1:1: version: is required (add version:)",
        "k.yaml:1:9: brands: must not be empty (write brands: [...])",
    ],
    BASE + "version: 1\n": ["k.yaml:4:1: version: duplicate key (keep one of them)"],
    BASE + "keyword: []\n": ["k.yaml:4:1: keyword: unknown key (did you mean keywords?)"],
    BASE + "a: &x [1]\nb: *x\n": [
        "k.yaml:4:1: a: unknown key (known: aspects, brands, keywords, routes, rules, settings, sources, version)",
        "k.yaml:4:4: b: aliases (*name) are not supported (write the value out)",
        "k.yaml:5:1: b: unknown key (known: aspects, brands, keywords, routes, rules, settings, sources, version)",
    ],
    BASE + "aspects: {a: [!!python/name:os.system x]}\n": [
        "k.yaml:4:15: aspects.a[0]: must be text (put it in quotes)",
        "k.yaml:4:15: aspects.a[0]: the tag tag:yaml.org,2002:python/name:os.system is not supported (remove it)",
    ],
    "version: 1\nbrands:\n  - id: 星河\n    name: 2026\n    rol: own\n": [
        f"k.yaml:3:9: brands[0].id: not an id ({ID_HINT})",
        "k.yaml:4:11: brands[0].name: must be text (put it in quotes)",
        "k.yaml:5:5: brands[0].rol: unknown key (did you mean role?)",
    ],
    BASE + "  - {id: xinghe, name: 天穹, role: rival}\n": [
        "k.yaml:4:10: brands[1].id: the id 'xinghe' is used twice (line 3 has it already)",
        "k.yaml:4:34: brands[1].role: must be 'own' or 'competitor' (write role: own)",
    ],
    BASE + "  - {id: unattributed, name: 无, role: competitor}\n": [
        "k.yaml:4:10: brands[1].id: unattributed is the id of mentions without a brand (choose another)",
    ],
    BASE + "  - {id: b, name: B, role: own, products: [{name: X, alias: [Y]}]}\n": [
        "k.yaml:4:54: brands[1].products[0].alias: unknown key (did you mean aliases?)",
    ],
    BASE + "keywords:\n  - {id: a, brand: xingh}\n": [
        "k.yaml:5:5: keywords[0].query: is required (add query:)",
        "k.yaml:5:20: keywords[0].brand: unknown brand 'xingh' (did you mean xinghe?)",
    ],
    # The column is that of the character inside the query, whatever the style of the value.
    BASE + "keywords:\n  - {id: a, query: 退款 退}\n": [f"k.yaml:5:23: keywords[0].query: {SINGLE}"],
    BASE + "keywords:\n  - {id: a, query: '/''/ 退'}\n": [f"k.yaml:5:26: keywords[0].query: {SINGLE}"],
    BASE + 'keywords:\n  - {id: a, query: "\\"\\u9000\\" 退"}\n': [f"k.yaml:5:32: keywords[0].query: {SINGLE}"],
    BASE + "keywords:\n  - id: a\n    query: 退款\n      OR 退\n": [f"k.yaml:7:10: keywords[0].query: {SINGLE}"],
    BASE + "keywords:\n  - id: a\n    query: |\n      退款 OR\n      退\n": [
        f"k.yaml:8:7: keywords[0].query: {SINGLE}"
    ],
    BASE + "keywords:\n  - id: a\n    query: >\n      退款 OR\n      退\n": [
        f"k.yaml:6:12: keywords[0].query: {SINGLE}"
    ],
    BASE + "sources: {}\n": ["k.yaml:4:10: sources: must be a list"],
    BASE + "sources:\n  - {id: a}\n  - {id: b, kind: fed}\n  - 7\n": [
        "k.yaml:5:5: sources[0].kind: is required (one of feed, shop)",
        "k.yaml:6:19: sources[1].kind: unknown kind 'fed' (did you mean feed?)",
        "k.yaml:7:5: sources[2]: must be a mapping of keys to values",
    ],
    BASE + "sources:\n  - {id: a, kind: feed, every: 10, ur: x, brand: b}\n": [
        "k.yaml:5:5: sources[0].url: is required (add url:)",
        "k.yaml:5:32: sources[0].every: not a duration (write a number and a unit, such as 30s, 10m, 1h or 14d)",
        "k.yaml:5:36: sources[0].ur: unknown key (did you mean url?)",
        "k.yaml:5:50: sources[0].brand: unknown brand 'b' (known: xinghe)",
    ],
    BASE + "settings: {timezone: America}\n": [
        "k.yaml:4:22: settings.timezone: unknown time zone 'America' (write an IANA name such as Asia/Shanghai)",
    ],
    BASE + "sources:\n  - {id: a, kind: feed, url: x, timezone: Asia}\n": [
        "k.yaml:5:43: sources[0].timezone: unknown time zone 'Asia' (write an IANA name such as Asia/Shanghai)",
    ],
    BASE + "sources:\n  - {id: a, kind: feed, url: x, every: 99999999999999999999d}\n": [
        "k.yaml:5:40: sources[0].every: longer than 3650d (write a shorter duration, such as 30m, 1h or 14d)",
    ],
    BASE + f"sources:\n  - {{id: a, kind: feed, url: x, every: {'9' * 5000}s}}\n": [
        "k.yaml:5:40: sources[0].every: longer than 3650d (write a shorter duration, such as 30m, 1h or 14d)",
    ],
    BASE + "sources:\n  - {id: a, kind: feed, url: x, every: 366d}\n": [
        "k.yaml:5:40: sources[0].every: must be at most 365d (write a shorter interval, such as 30m, 1h or 1d)",
    ],
    BASE + "settings: {step: 7m, close_delay: 8d}\n": [
        "k.yaml:4:18: settings.step: must divide a day evenly (such as 1m, 5m, 15m, 1h)",
        "k.yaml:4:35: settings.close_delay: must be at most 7d (write a shorter wait, such as 10m or 1h)",
    ],
    BASE + "settings: {close_delay: 0s}\n": [
        "k.yaml:4:25: settings.close_delay: must be at least 1s (such as 30s, 10m, 1h or 14d)",
    ],
    BASE + "settings: {report: {time: '25:00', weekday: Monday}}\n": [
        "k.yaml:4:27: settings.report.time: must be HH:MM (such as 09:00)",
        "k.yaml:4:45: settings.report.weekday: must be 'mon', 'tue', 'wed', 'thu', 'fri', 'sat' or 'sun'"
        " (write weekday: mon)",
    ],
    BASE + "  - {id: b, name: '', role: own, aliases: ['']}\n": [
        "k.yaml:4:19: brands[1].name: must not be empty (write name: ...)",
        "k.yaml:4:44: brands[1].aliases[0]: must not be empty (remove it)",
    ],
    BASE + f"rules:\n  - {RULE}, by: [brand, sauce]}}\n": [
        "k.yaml:5:84: rules[0].by[1]: must be 'brand' or 'source' (one of brand, source)",
    ],
    # A rule whose detector is for another measure would never fire.
    BASE + f"rules:\n  - {RULE.replace('ratio', 'count')}}}\n": [
        "k.yaml:5:26: rules[0].measure: must be negative_ratio with detector wilson"
        " (write measure: negative_ratio or detector: ceiling)",
    ],
    BASE + "rules:\n  - {id: flood, measure: negative_ratio, detector: ceiling, params: {limit: 3}}\n": [
        "k.yaml:5:26: rules[0].measure: must be negative_count with detector ceiling"
        " (write measure: negative_count or detector: wilson)",
    ],
    BASE + "settings: {step: 4s}\n": [
        "k.yaml:4:18: settings.step: must be between 5s and 1d (such as 1m, 5m, 15m, 1h)",
    ],
    BASE + "settings: {step: 2d}\n": [
        "k.yaml:4:18: settings.step: must be between 5s and 1d (such as 1m, 5m, 15m, 1h)",
    ],
    BASE + "sources:\n  - {id: a, kind: feed, url: x, timezone: Mars/Base}\n": [
        "k.yaml:5:43: sources[0].timezone: unknown time zone 'Mars/Base' (write an IANA name such as Asia/Shanghai)",
    ],
    BASE + f"rules:\n  - {RULE.replace('wilson', 'wilsn')}, for: 0}}\n": [
        "k.yaml:5:52: rules[0].detector: unknown detector 'wilsn' (did you mean wilson?)",
        "k.yaml:5:76: rules[0].for: must be at least 1",
    ],
    BASE + f"rules:\n  - {RULE.replace('{}', '{widow: 6h}')}, fr: 1}}\n": [
        "k.yaml:5:69: rules[0].params.widow: unknown key (did you mean window?)",
        "k.yaml:5:81: rules[0].fr: unknown key (did you mean for?)",
    ],
    BASE + "routes:\n  - {match: {brand: b, rule: spke}, tickt: L1}\n": [
        "k.yaml:5:21: routes[0].match.brand: unknown brand 'b' (known: unattributed, xinghe)",
        "k.yaml:5:30: routes[0].match.rule: unknown rule 'spke' "
        "(known: box-unconfirmed, source-health, transcription-overdue)",
        "k.yaml:5:37: routes[0].tickt: unknown key (did you mean ticket?)",
    ],
    BASE + "settings: {report: {time: 9}}\n": ["k.yaml:4:27: settings.report.time: must be text (put it in quotes)"],
}
