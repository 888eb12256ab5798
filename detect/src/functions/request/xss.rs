//! `xss_score(text)`: how much a text looks like an attempt at cross-site scripting.
//!
//! HTML is read as browsers read it: a tag may begin anywhere, an event attribute needs no tag when the page
//! puts the value inside one, blanks and controls inside `javascript:` do not count.

use std::sync::LazyLock;

use super::decoding::decode;
use super::family::{Family, Trait};

/// Traits of a script in a value.
const TRAITS: &[Trait] = &[
    // Elements that run, load or frame something.
    (0.9, r"<\s*/?\s*(?:\w{1,12}:)?script[\s/>&'\x22:]|<\s*/?\s*(?:\w{1,12}:)?script$"),
    (
        0.75,
        r"<\s*(?:i?frame|frameset|object|embed|applet|svg|math|img|image|input|video|audio|source|body|html|link|meta|base|style|form|button|isindex|marquee|details|template|keygen|bgsound|layer|ilayer|xss|xml|x|noscript|textarea|select|portal|animate|set|vmlframe)\b[^>]{0,400}?(?:[\s/'\x22]on\w{3,}\s*=|\bsrc\b|\bhref\b|\bdata\b|\bcontent\b|\bcharset\b|\bcode(?:base|type)?\b|\bformaction\b|\bstyle\b|\bxmlns\b|javascript|\burl\()",
    ),
    (
        0.7,
        r"<\s*(?:iframe|object|embed|applet|svg|isindex|marquee|base|meta|(?:\w{1,4}:)?vmlframe|frameset|bgsound)[\s/>]",
    ),
    (0.6, r"<\s*/?\s*(?:img|body|form|style|link|input|video|audio|a|div|b|i|h1|p|table|font|br)\s*/?>"),
    (0.75, r"<!(?:doctype|entity|\[cdata\[)|<\?import\b|<!--.{0,80}(?:#exec|#include|--!?>)"),
    // Event attributes.
    (0.8, r"<\w[^>]{0,400}[\s/'\x22]on[a-z]{3,50}\s*="),
    (
        0.85,
        r"(?:^|[\s'\x22`;/,(>=\x0b\x0c])on(?:abort|activate|after\w+|animation\w+|auxclick|before\w+|begin|blur|bounce|canplay\w*|change|click|close|contextmenu|copy|cut|dblclick|drag\w*|drop|durationchange|end(?:ed)?|error|finish|focus\w*|formdata|fullscreenchange|hashchange|input|invalid|key\w+|load\w*|message|mouse\w+|offline|online|page\w+|paste|play\w*|pointer\w+|popstate|progress|propertychange|readystatechange|repeat|reset|resize|scroll\w*|search|seek\w+|select\w*|show|start|storage|submit|suspend|timeupdate|toggle|touch\w+|transition\w+|unload|volumechange|waiting|webkit\w+|wheel)\s*=\s*[^=]",
    ),
    (0.7, r"[\s'\x22`;\x0b\x0c]on[a-z]{3,50}\s*=\s*(?:[^=\w\s]|\w+\s*[(`.]|=)"),
    // Addresses that run.
    (0.85, r"(?:java|vb|live)\s*script\s*:"),
    (
        0.85,
        r"data\s*:\s*(?:text/html|image/svg|text/xml|application/xhtml)|data\s*:[^,]{0,60},\s*(?:<|%3c)|-moz-binding|expression\s*\(|behaviou?r\s*:\s*url|@import\b",
    ),
    (0.75, r"(?:xlink:href|formaction|srcdoc|xmlns(?::\w+)?|fscommand|seeksegmenttime)\s*="),
    // The page's own objects.
    (
        0.75,
        r"\bdocument\)?\s*(?:/\*.{0,40}?\*/\s*)?\)?(?:\.|\[)\s*(?:/\*.{0,40}?\*/\s*)?['\x22]?(?:cookie|write|domain|location|url|body|forms|createelement|getelement|queryselector|childnodes|documentelement)|\bwindow\s*(?:\.|\[)\s*['\x22]?(?:location|name|open|alert|eval|onerror)|\b(?:self|top|parent|this|frames|globalthis|window)\)?\s*(?:/\*.{0,40}?\*/\s*)?\[\s*(?:/\*.{0,40}?\*/\s*)?['\x22/(`]",
    ),
    (
        0.7,
        r"\b(?:alert|prompt|confirm)\s*(?:\(|`|&#|\\u)|\beval\s*\(|\bstring\s*\.\s*fromcharcode|\batob\s*\(|\bset(?:timeout|interval)\s*\(|\.innerhtml\b|\bnew\s+function\s*\(|\blocation\s*\.\s*(?:href|hash|replace|assign)\b|\bimport\s*\(\s*['\x22]|\bfetch\s*\(\s*['\x22`]|\.parentnode\b",
    ),
    // A call without parentheses.
    (0.85, r"(?:\[[^\]]{0,80}\]|\breflect)[^`]{0,40}\.\s*(?:call|apply)[^`]{0,40}`"),
    (0.7, r"`[^`]{0,200}\$\{[^}]{0,200}\}|\b(?:alert|eval|settimeout|constructor)\s*`"),
    // Scripts without letters, and in alphabets that old browsers took for Latin ones.
    (
        0.8,
        r"(?:!?\[\]|!?\(\)|\+){8,}|\+adw-|\xc2\xbcscript|\xef\xbf\xbdscript|(?:[!+(\[]\s*){2,}\]\s*[+)\[(\s!\]]{2,}",
    ),
    (0.7, r"\bvalueof\s*=|\btostring\s*=|[\x22']\s*(?:in|instanceof)\s+[\w.\[\]]+\s*="),
];

/// A text without any of these shows no trait.
const NEEDLES: &[&str] = &[
    "<",
    "script",
    "on",
    "data",
    "expression",
    "behavio",
    "@import",
    "-moz-binding",
    "href",
    "formaction",
    "srcdoc",
    "xmlns",
    "document",
    "window",
    "[",
    "(",
    "`",
    "+adw-",
    "\u{bc}",
    "valueof",
    "tostring",
    "innerhtml",
    "location",
    "parentnode",
];

static FAMILY: LazyLock<Option<Family>> = LazyLock::new(|| Family::new(NEEDLES, TRAITS));

/// How much `text` looks like a script in a value, 0 to 1.
pub(in super::super) fn score(text: &str) -> f64 {
    let Some(family) = FAMILY.as_ref() else { return 0.0 };
    let decoded = decode(text);
    let score = family.score(&decoded);
    // Browsers read over controls inside a scheme; NUL inside a tag.
    if score < 0.7 && decoded.plain().bytes().any(|byte| byte < b' ') {
        let bare: String = decoded.plain().chars().filter(|letter| *letter >= ' ').collect();
        return score.max(1.0 - family.innocence(&bare));
    }
    score
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_score_high() {
        for text in [
            "/cerca?q=<script>alert(1)</script>",
            "/cerca?q=%3CSvG/onload%3Dconfirm(1)%3E",
            "/cerca?q=%253Cimg%2520src%253Dx%2520onerror%253Dalert(1)%253E",
            "/p?u=java%0ascript:alert(1)",
            "/p?u=%22%20autofocus%20onfocus=alert(1)%20x=%22",
            "/p?u=data:text/html;base64,PHNjcmlwdD4=",
            "/p?t=\\x3ciframe src=//x.example\\x3e",
            "/p?t=[1].map.call`${confirm}`",
            "/p?t=%26lt;script%26gt;",
            "/p?t=<scr%00ipt>alert(1)</scr%00ipt>",
        ] {
            assert!(score(text) >= 0.7, "{text}: {}", score(text));
        }
    }

    #[test]
    fn ordinary_pages_score_low() {
        for text in [
            "/cerca?q=onere+della+prova&online=1&onlus=si",
            "/eventi?data=2026-03-16&ora=10:00",
            "/cerca?q=a<b e b>c",
            "/javascript/menu.js?v=3",
            "/documenti?titolo=Window+shopping+(prova)",
            "https://www.comune.example/pagina?id=3#contenuto",
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.6",
            "",
        ] {
            assert!(score(text) < 0.7, "{text}: {}", score(text));
        }
    }
}
