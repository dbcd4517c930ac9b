/* html_entities.c - character references of HTML. */
#include "extract/html_entities.h"

#include "base/utf8.h"

struct entity {
    char name[18];
    uint16_t code;
    uint16_t is_bare; /* may stand without its semicolon */
};

/* Sorted by name, as memcmp does. */
/* clang-format off */
static const struct entity entities[] = {
    { "AElig", 0xC6, 1 }, { "AMP", 0x26, 1 }, { "Aacute", 0xC1, 1 }, { "Abreve", 0x102, 0 },
    { "Acirc", 0xC2, 1 }, { "Acy", 0x410, 0 }, { "Agrave", 0xC0, 1 }, { "Alpha", 0x391, 0 },
    { "Amacr", 0x100, 0 }, { "Aogon", 0x104, 0 }, { "ApplyFunction", 0x2061, 0 }, { "Aring", 0xC5, 1 },
    { "Atilde", 0xC3, 1 }, { "Auml", 0xC4, 1 }, { "Bcy", 0x411, 0 }, { "Beta", 0x392, 0 },
    { "CHcy", 0x427, 0 }, { "COPY", 0xA9, 1 }, { "Cacute", 0x106, 0 }, { "Ccaron", 0x10C, 0 },
    { "Ccedil", 0xC7, 1 }, { "Ccirc", 0x108, 0 }, { "Cdot", 0x10A, 0 }, { "Cedilla", 0xB8, 0 },
    { "CenterDot", 0xB7, 0 }, { "Chi", 0x3A7, 0 }, { "DJcy", 0x402, 0 }, { "DScy", 0x405, 0 },
    { "DZcy", 0x40F, 0 }, { "Dagger", 0x2021, 0 }, { "Dcaron", 0x10E, 0 }, { "Dcy", 0x414, 0 },
    { "Delta", 0x394, 0 }, { "Dot", 0xA8, 0 }, { "Dstrok", 0x110, 0 }, { "ENG", 0x14A, 0 },
    { "ETH", 0xD0, 1 }, { "Eacute", 0xC9, 1 }, { "Ecaron", 0x11A, 0 }, { "Ecirc", 0xCA, 1 },
    { "Ecy", 0x42D, 0 }, { "Edot", 0x116, 0 }, { "Egrave", 0xC8, 1 }, { "Emacr", 0x112, 0 },
    { "Eogon", 0x118, 0 }, { "Epsilon", 0x395, 0 }, { "Eta", 0x397, 0 }, { "Euml", 0xCB, 1 },
    { "Fcy", 0x424, 0 }, { "GJcy", 0x403, 0 }, { "GT", 0x3E, 1 }, { "Gamma", 0x393, 0 },
    { "Gbreve", 0x11E, 0 }, { "Gcedil", 0x122, 0 }, { "Gcirc", 0x11C, 0 }, { "Gcy", 0x413, 0 },
    { "Gdot", 0x120, 0 }, { "HARDcy", 0x42A, 0 }, { "Hat", 0x5E, 0 }, { "Hcirc", 0x124, 0 },
    { "Hstrok", 0x126, 0 }, { "IEcy", 0x415, 0 }, { "IJlig", 0x132, 0 }, { "IOcy", 0x401, 0 },
    { "Iacute", 0xCD, 1 }, { "Icirc", 0xCE, 1 }, { "Icy", 0x418, 0 }, { "Idot", 0x130, 0 },
    { "Igrave", 0xCC, 1 }, { "Imacr", 0x12A, 0 }, { "InvisibleComma", 0x2063, 0 },
    { "InvisibleTimes", 0x2062, 0 }, { "Iogon", 0x12E, 0 }, { "Iota", 0x399, 0 }, { "Itilde", 0x128, 0 },
    { "Iukcy", 0x406, 0 }, { "Iuml", 0xCF, 1 }, { "Jcirc", 0x134, 0 }, { "Jcy", 0x419, 0 },
    { "Jsercy", 0x408, 0 }, { "Jukcy", 0x404, 0 }, { "KHcy", 0x425, 0 }, { "KJcy", 0x40C, 0 },
    { "Kappa", 0x39A, 0 }, { "Kcedil", 0x136, 0 }, { "Kcy", 0x41A, 0 }, { "LJcy", 0x409, 0 },
    { "LT", 0x3C, 1 }, { "Lacute", 0x139, 0 }, { "Lambda", 0x39B, 0 }, { "Lcaron", 0x13D, 0 },
    { "Lcedil", 0x13B, 0 }, { "Lcy", 0x41B, 0 }, { "Lmidot", 0x13F, 0 }, { "Lstrok", 0x141, 0 },
    { "Mcy", 0x41C, 0 }, { "MediumSpace", 0x205F, 0 }, { "Mu", 0x39C, 0 }, { "NJcy", 0x40A, 0 },
    { "Nacute", 0x143, 0 }, { "Ncaron", 0x147, 0 }, { "Ncedil", 0x145, 0 }, { "Ncy", 0x41D, 0 },
    { "NewLine", 0xA, 0 }, { "NoBreak", 0x2060, 0 }, { "NonBreakingSpace", 0xA0, 0 }, { "Ntilde", 0xD1, 1 },
    { "Nu", 0x39D, 0 }, { "OElig", 0x152, 0 }, { "Oacute", 0xD3, 1 }, { "Ocirc", 0xD4, 1 },
    { "Ocy", 0x41E, 0 }, { "Odblac", 0x150, 0 }, { "Ograve", 0xD2, 1 }, { "Omacr", 0x14C, 0 },
    { "Omega", 0x3A9, 0 }, { "Omicron", 0x39F, 0 }, { "Oslash", 0xD8, 1 }, { "Otilde", 0xD5, 1 },
    { "Ouml", 0xD6, 1 }, { "Pcy", 0x41F, 0 }, { "Phi", 0x3A6, 0 }, { "Pi", 0x3A0, 0 },
    { "Prime", 0x2033, 0 }, { "Psi", 0x3A8, 0 }, { "QUOT", 0x22, 1 }, { "REG", 0xAE, 1 },
    { "Racute", 0x154, 0 }, { "Rcaron", 0x158, 0 }, { "Rcedil", 0x156, 0 }, { "Rcy", 0x420, 0 },
    { "Rho", 0x3A1, 0 }, { "SHCHcy", 0x429, 0 }, { "SHcy", 0x428, 0 }, { "SOFTcy", 0x42C, 0 },
    { "Sacute", 0x15A, 0 }, { "Scaron", 0x160, 0 }, { "Scedil", 0x15E, 0 }, { "Scirc", 0x15C, 0 },
    { "Scy", 0x421, 0 }, { "Sigma", 0x3A3, 0 }, { "THORN", 0xDE, 1 }, { "TRADE", 0x2122, 0 },
    { "TSHcy", 0x40B, 0 }, { "TScy", 0x426, 0 }, { "Tab", 0x9, 0 }, { "Tau", 0x3A4, 0 },
    { "Tcaron", 0x164, 0 }, { "Tcedil", 0x162, 0 }, { "Tcy", 0x422, 0 }, { "Theta", 0x398, 0 },
    { "ThinSpace", 0x2009, 0 }, { "Tstrok", 0x166, 0 }, { "Uacute", 0xDA, 1 }, { "Ubrcy", 0x40E, 0 },
    { "Ubreve", 0x16C, 0 }, { "Ucirc", 0xDB, 1 }, { "Ucy", 0x423, 0 }, { "Udblac", 0x170, 0 },
    { "Ugrave", 0xD9, 1 }, { "Umacr", 0x16A, 0 }, { "UnderBar", 0x5F, 0 }, { "Uogon", 0x172, 0 },
    { "Upsilon", 0x3A5, 0 }, { "Uring", 0x16E, 0 }, { "Utilde", 0x168, 0 }, { "Uuml", 0xDC, 1 },
    { "Vcy", 0x412, 0 }, { "Vert", 0x2016, 0 }, { "VerticalLine", 0x7C, 0 }, { "VeryThinSpace", 0x200A, 0 },
    { "Wcirc", 0x174, 0 }, { "Xi", 0x39E, 0 }, { "YAcy", 0x42F, 0 }, { "YIcy", 0x407, 0 },
    { "YUcy", 0x42E, 0 }, { "Yacute", 0xDD, 1 }, { "Ycirc", 0x176, 0 }, { "Ycy", 0x42B, 0 },
    { "Yuml", 0x178, 0 }, { "ZHcy", 0x416, 0 }, { "Zacute", 0x179, 0 }, { "Zcaron", 0x17D, 0 },
    { "Zcy", 0x417, 0 }, { "Zdot", 0x17B, 0 }, { "ZeroWidthSpace", 0x200B, 0 }, { "Zeta", 0x396, 0 },
    { "aacute", 0xE1, 1 }, { "abreve", 0x103, 0 }, { "acirc", 0xE2, 1 }, { "acute", 0xB4, 1 },
    { "acy", 0x430, 0 }, { "aelig", 0xE6, 1 }, { "agrave", 0xE0, 1 }, { "alefsym", 0x2135, 0 },
    { "alpha", 0x3B1, 0 }, { "amacr", 0x101, 0 }, { "amp", 0x26, 1 }, { "and", 0x2227, 0 },
    { "ang", 0x2220, 0 }, { "angst", 0xC5, 0 }, { "aogon", 0x105, 0 }, { "apos", 0x27, 0 },
    { "aring", 0xE5, 1 }, { "ast", 0x2A, 0 }, { "asymp", 0x2248, 0 }, { "atilde", 0xE3, 1 },
    { "auml", 0xE4, 1 }, { "bcy", 0x431, 0 }, { "bdquo", 0x201E, 0 }, { "beta", 0x3B2, 0 },
    { "bigstar", 0x2605, 0 }, { "blank", 0x2423, 0 }, { "breve", 0x2D8, 0 }, { "brvbar", 0xA6, 1 },
    { "bsol", 0x5C, 0 }, { "bull", 0x2022, 0 }, { "bullet", 0x2022, 0 }, { "cacute", 0x107, 0 },
    { "cap", 0x2229, 0 }, { "caret", 0x2041, 0 }, { "ccaron", 0x10D, 0 }, { "ccedil", 0xE7, 1 },
    { "ccirc", 0x109, 0 }, { "cdot", 0x10B, 0 }, { "cedil", 0xB8, 1 }, { "cent", 0xA2, 1 },
    { "centerdot", 0xB7, 0 }, { "chcy", 0x447, 0 }, { "check", 0x2713, 0 }, { "checkmark", 0x2713, 0 },
    { "chi", 0x3C7, 0 }, { "circ", 0x2C6, 0 }, { "circledR", 0xAE, 0 }, { "clubs", 0x2663, 0 },
    { "colon", 0x3A, 0 }, { "comma", 0x2C, 0 }, { "commat", 0x40, 0 }, { "cong", 0x2245, 0 },
    { "copy", 0xA9, 1 }, { "copysr", 0x2117, 0 }, { "crarr", 0x21B5, 0 }, { "cross", 0x2717, 0 },
    { "cup", 0x222A, 0 }, { "curren", 0xA4, 1 }, { "dArr", 0x21D3, 0 }, { "dagger", 0x2020, 0 },
    { "darr", 0x2193, 0 }, { "dash", 0x2010, 0 }, { "dcaron", 0x10F, 0 }, { "dcy", 0x434, 0 },
    { "deg", 0xB0, 1 }, { "delta", 0x3B4, 0 }, { "diams", 0x2666, 0 }, { "die", 0xA8, 0 },
    { "div", 0xF7, 0 }, { "divide", 0xF7, 1 }, { "djcy", 0x452, 0 }, { "dollar", 0x24, 0 },
    { "dot", 0x2D9, 0 }, { "dscy", 0x455, 0 }, { "dstrok", 0x111, 0 }, { "dzcy", 0x45F, 0 },
    { "eacute", 0xE9, 1 }, { "ecaron", 0x11B, 0 }, { "ecirc", 0xEA, 1 }, { "ecy", 0x44D, 0 },
    { "edot", 0x117, 0 }, { "egrave", 0xE8, 1 }, { "emacr", 0x113, 0 }, { "empty", 0x2205, 0 },
    { "emsp", 0x2003, 0 }, { "emsp13", 0x2004, 0 }, { "emsp14", 0x2005, 0 }, { "eng", 0x14B, 0 },
    { "ensp", 0x2002, 0 }, { "eogon", 0x119, 0 }, { "epsi", 0x3B5, 0 }, { "epsilon", 0x3B5, 0 },
    { "epsiv", 0x3F5, 0 }, { "equals", 0x3D, 0 }, { "equiv", 0x2261, 0 }, { "eta", 0x3B7, 0 },
    { "eth", 0xF0, 1 }, { "euml", 0xEB, 1 }, { "euro", 0x20AC, 0 }, { "excl", 0x21, 0 },
    { "exist", 0x2203, 0 }, { "fcy", 0x444, 0 }, { "female", 0x2640, 0 }, { "ffilig", 0xFB03, 0 },
    { "fflig", 0xFB00, 0 }, { "ffllig", 0xFB04, 0 }, { "filig", 0xFB01, 0 }, { "flat", 0x266D, 0 },
    { "fllig", 0xFB02, 0 }, { "fnof", 0x192, 0 }, { "forall", 0x2200, 0 }, { "frac12", 0xBD, 1 },
    { "frac14", 0xBC, 1 }, { "frac34", 0xBE, 1 }, { "frasl", 0x2044, 0 }, { "gamma", 0x3B3, 0 },
    { "gbreve", 0x11F, 0 }, { "gcirc", 0x11D, 0 }, { "gcy", 0x433, 0 }, { "gdot", 0x121, 0 },
    { "ge", 0x2265, 0 }, { "gjcy", 0x453, 0 }, { "grave", 0x60, 0 }, { "gt", 0x3E, 1 },
    { "hArr", 0x21D4, 0 }, { "hairsp", 0x200A, 0 }, { "half", 0xBD, 0 }, { "hardcy", 0x44A, 0 },
    { "harr", 0x2194, 0 }, { "hcirc", 0x125, 0 }, { "hearts", 0x2665, 0 }, { "hellip", 0x2026, 0 },
    { "horbar", 0x2015, 0 }, { "hstrok", 0x127, 0 }, { "hyphen", 0x2010, 0 }, { "iacute", 0xED, 1 },
    { "icirc", 0xEE, 1 }, { "icy", 0x438, 0 }, { "iecy", 0x435, 0 }, { "iexcl", 0xA1, 1 },
    { "igrave", 0xEC, 1 }, { "ijlig", 0x133, 0 }, { "imacr", 0x12B, 0 }, { "image", 0x2111, 0 },
    { "imath", 0x131, 0 }, { "incare", 0x2105, 0 }, { "infin", 0x221E, 0 }, { "inodot", 0x131, 0 },
    { "int", 0x222B, 0 }, { "iocy", 0x451, 0 }, { "iogon", 0x12F, 0 }, { "iota", 0x3B9, 0 },
    { "iquest", 0xBF, 1 }, { "isin", 0x2208, 0 }, { "itilde", 0x129, 0 }, { "iukcy", 0x456, 0 },
    { "iuml", 0xEF, 1 }, { "jcirc", 0x135, 0 }, { "jcy", 0x439, 0 }, { "jsercy", 0x458, 0 },
    { "jukcy", 0x454, 0 }, { "kappa", 0x3BA, 0 }, { "kcedil", 0x137, 0 }, { "kcy", 0x43A, 0 },
    { "kgreen", 0x138, 0 }, { "khcy", 0x445, 0 }, { "kjcy", 0x45C, 0 }, { "lArr", 0x21D0, 0 },
    { "lacute", 0x13A, 0 }, { "lambda", 0x3BB, 0 }, { "lang", 0x2329, 0 }, { "laquo", 0xAB, 1 },
    { "larr", 0x2190, 0 }, { "lbrace", 0x7B, 0 }, { "lbrack", 0x5B, 0 }, { "lcaron", 0x13E, 0 },
    { "lcedil", 0x13C, 0 }, { "lceil", 0x2308, 0 }, { "lcub", 0x7B, 0 }, { "lcy", 0x43B, 0 },
    { "ldquo", 0x201C, 0 }, { "ldquor", 0x201E, 0 }, { "le", 0x2264, 0 }, { "leftarrow", 0x2190, 0 },
    { "lfloor", 0x230A, 0 }, { "ljcy", 0x459, 0 }, { "lmidot", 0x140, 0 }, { "lowast", 0x2217, 0 },
    { "lowbar", 0x5F, 0 }, { "loz", 0x25CA, 0 }, { "lpar", 0x28, 0 }, { "lrm", 0x200E, 0 },
    { "lsaquo", 0x2039, 0 }, { "lsqb", 0x5B, 0 }, { "lsquo", 0x2018, 0 }, { "lsquor", 0x201A, 0 },
    { "lstrok", 0x142, 0 }, { "lt", 0x3C, 1 }, { "macr", 0xAF, 1 }, { "male", 0x2642, 0 },
    { "malt", 0x2720, 0 }, { "map", 0x21A6, 0 }, { "mcy", 0x43C, 0 }, { "mdash", 0x2014, 0 },
    { "micro", 0xB5, 1 }, { "midast", 0x2A, 0 }, { "middot", 0xB7, 1 }, { "minus", 0x2212, 0 },
    { "mldr", 0x2026, 0 }, { "mu", 0x3BC, 0 }, { "nabla", 0x2207, 0 }, { "nacute", 0x144, 0 },
    { "napos", 0x149, 0 }, { "natural", 0x266E, 0 }, { "nbsp", 0xA0, 1 }, { "ncaron", 0x148, 0 },
    { "ncedil", 0x146, 0 }, { "ncy", 0x43D, 0 }, { "ndash", 0x2013, 0 }, { "ne", 0x2260, 0 },
    { "ni", 0x220B, 0 }, { "njcy", 0x45A, 0 }, { "nldr", 0x2025, 0 }, { "not", 0xAC, 1 },
    { "notin", 0x2209, 0 }, { "nsub", 0x2284, 0 }, { "ntilde", 0xF1, 1 }, { "nu", 0x3BD, 0 },
    { "num", 0x23, 0 }, { "numero", 0x2116, 0 }, { "numsp", 0x2007, 0 }, { "oacute", 0xF3, 1 },
    { "ocirc", 0xF4, 1 }, { "ocy", 0x43E, 0 }, { "odblac", 0x151, 0 }, { "oelig", 0x153, 0 },
    { "ograve", 0xF2, 1 }, { "oline", 0x203E, 0 }, { "omacr", 0x14D, 0 }, { "omega", 0x3C9, 0 },
    { "omicron", 0x3BF, 0 }, { "oplus", 0x2295, 0 }, { "or", 0x2228, 0 }, { "ordf", 0xAA, 1 },
    { "ordm", 0xBA, 1 }, { "oslash", 0xF8, 1 }, { "otilde", 0xF5, 1 }, { "otimes", 0x2297, 0 },
    { "ouml", 0xF6, 1 }, { "para", 0xB6, 1 }, { "part", 0x2202, 0 }, { "pcy", 0x43F, 0 },
    { "percnt", 0x25, 0 }, { "period", 0x2E, 0 }, { "permil", 0x2030, 0 }, { "perp", 0x22A5, 0 },
    { "phi", 0x3C6, 0 }, { "phiv", 0x3D5, 0 }, { "phone", 0x260E, 0 }, { "pi", 0x3C0, 0 },
    { "piv", 0x3D6, 0 }, { "plus", 0x2B, 0 }, { "plusmn", 0xB1, 1 }, { "pm", 0xB1, 0 },
    { "pound", 0xA3, 1 }, { "prime", 0x2032, 0 }, { "prod", 0x220F, 0 }, { "prop", 0x221D, 0 },
    { "psi", 0x3C8, 0 }, { "puncsp", 0x2008, 0 }, { "quest", 0x3F, 0 }, { "quot", 0x22, 1 },
    { "rArr", 0x21D2, 0 }, { "racute", 0x155, 0 }, { "radic", 0x221A, 0 }, { "rang", 0x232A, 0 },
    { "raquo", 0xBB, 1 }, { "rarr", 0x2192, 0 }, { "rbrace", 0x7D, 0 }, { "rbrack", 0x5D, 0 },
    { "rcaron", 0x159, 0 }, { "rcedil", 0x157, 0 }, { "rceil", 0x2309, 0 }, { "rcub", 0x7D, 0 },
    { "rcy", 0x440, 0 }, { "rdquo", 0x201D, 0 }, { "rdquor", 0x201D, 0 }, { "real", 0x211C, 0 },
    { "rect", 0x25AD, 0 }, { "reg", 0xAE, 1 }, { "rfloor", 0x230B, 0 }, { "rho", 0x3C1, 0 },
    { "rightarrow", 0x2192, 0 }, { "ring", 0x2DA, 0 }, { "rlm", 0x200F, 0 }, { "rpar", 0x29, 0 },
    { "rsaquo", 0x203A, 0 }, { "rsqb", 0x5D, 0 }, { "rsquo", 0x2019, 0 }, { "rsquor", 0x2019, 0 },
    { "sacute", 0x15B, 0 }, { "sbquo", 0x201A, 0 }, { "scaron", 0x161, 0 }, { "scedil", 0x15F, 0 },
    { "scirc", 0x15D, 0 }, { "scy", 0x441, 0 }, { "sdot", 0x22C5, 0 }, { "sect", 0xA7, 1 },
    { "semi", 0x3B, 0 }, { "sharp", 0x266F, 0 }, { "shchcy", 0x449, 0 }, { "shcy", 0x448, 0 },
    { "shy", 0xAD, 1 }, { "sigma", 0x3C3, 0 }, { "sigmaf", 0x3C2, 0 }, { "sim", 0x223C, 0 },
    { "softcy", 0x44C, 0 }, { "sol", 0x2F, 0 }, { "spades", 0x2660, 0 }, { "squ", 0x25A1, 0 },
    { "square", 0x25A1, 0 }, { "squf", 0x25AA, 0 }, { "srarr", 0x2192, 0 }, { "star", 0x2606, 0 },
    { "starf", 0x2605, 0 }, { "straightepsilon", 0x3F5, 0 }, { "straightphi", 0x3D5, 0 },
    { "strns", 0xAF, 0 }, { "sub", 0x2282, 0 }, { "sube", 0x2286, 0 }, { "sum", 0x2211, 0 },
    { "sung", 0x266A, 0 }, { "sup", 0x2283, 0 }, { "sup1", 0xB9, 1 }, { "sup2", 0xB2, 1 },
    { "sup3", 0xB3, 1 }, { "supe", 0x2287, 0 }, { "szlig", 0xDF, 1 }, { "tau", 0x3C4, 0 },
    { "tcaron", 0x165, 0 }, { "tcedil", 0x163, 0 }, { "tcy", 0x442, 0 }, { "there4", 0x2234, 0 },
    { "theta", 0x3B8, 0 }, { "thetasym", 0x3D1, 0 }, { "thinsp", 0x2009, 0 }, { "thorn", 0xFE, 1 },
    { "tilde", 0x2DC, 0 }, { "times", 0xD7, 1 }, { "trade", 0x2122, 0 }, { "tscy", 0x446, 0 },
    { "tshcy", 0x45B, 0 }, { "tstrok", 0x167, 0 }, { "uArr", 0x21D1, 0 }, { "uacute", 0xFA, 1 },
    { "uarr", 0x2191, 0 }, { "ubrcy", 0x45E, 0 }, { "ubreve", 0x16D, 0 }, { "ucirc", 0xFB, 1 },
    { "ucy", 0x443, 0 }, { "udblac", 0x171, 0 }, { "ugrave", 0xF9, 1 }, { "umacr", 0x16B, 0 },
    { "uml", 0xA8, 1 }, { "uogon", 0x173, 0 }, { "upsih", 0x3D2, 0 }, { "upsilon", 0x3C5, 0 },
    { "uring", 0x16F, 0 }, { "utilde", 0x169, 0 }, { "uuml", 0xFC, 1 }, { "varepsilon", 0x3F5, 0 },
    { "vcy", 0x432, 0 }, { "verbar", 0x7C, 0 }, { "vert", 0x7C, 0 }, { "wcirc", 0x175, 0 },
    { "weierp", 0x2118, 0 }, { "xi", 0x3BE, 0 }, { "yacute", 0xFD, 1 }, { "yacy", 0x44F, 0 },
    { "ycirc", 0x177, 0 }, { "ycy", 0x44B, 0 }, { "yen", 0xA5, 1 }, { "yicy", 0x457, 0 },
    { "yucy", 0x44E, 0 }, { "yuml", 0xFF, 1 }, { "zacute", 0x17A, 0 }, { "zcaron", 0x17E, 0 },
    { "zcy", 0x437, 0 }, { "zdot", 0x17C, 0 }, { "zeta", 0x3B6, 0 }, { "zhcy", 0x436, 0 },
    { "zwj", 0x200D, 0 }, { "zwnj", 0x200C, 0 },
};
/* clang-format on */

#define ENTITIES (sizeof entities / sizeof *entities)

static bool is_alnum(unsigned char c)
{
    return (c >= '0' && c <= '9') || (slice_lower_byte(c) >= 'a' && slice_lower_byte(c) <= 'z');
}

/* Where the names that begin with each byte do, and one more: a name is looked for among few. Filled once. */
static const uint16_t *entity_starts(void)
{
    static uint16_t starts[256 + 1];
    if (starts[256] > 0)
        return starts;
    for (size_t c = 0, at = 0; c <= 256; c++) {
        while (at < ENTITIES && (unsigned char)entities[at].name[0] < c)
            at++;
        starts[c] = (uint16_t)at;
    }
    return starts;
}

static const struct entity *find_entity(struct slice name)
{
    char wanted[sizeof entities->name] = { 0 };
    if (name.len == 0 || name.len >= sizeof wanted)
        return NULL;
    memcpy(wanted, name.ptr, name.len);
    const uint16_t *starts = entity_starts() + name.ptr[0];
    size_t low = starts[0], high = starts[1];
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = memcmp(entities[middle].name, wanted, sizeof wanted);
        if (order == 0)
            return &entities[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

/* What Windows-1252 bytes written as numbers stand for (HTML Living Standard, section 13.2.5.80). */
static uint32_t repair_code(uint32_t code)
{
    static const uint16_t windows[32] = {
        0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
        0x2039, 0x0152, 0x8D,   0x017D, 0x8F,   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
        0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178,
    };
    if (code >= 0x80 && code < 0xA0)
        return windows[code - 0x80];
    bool is_none = code == 0 || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000);
    return is_none ? UTF8_REPLACEMENT : code;
}

/* BASE where C is no digit. */
static unsigned digit_of(unsigned char c, unsigned base)
{
    unsigned char lower = slice_lower_byte(c);
    unsigned digit = base;
    if (c >= '0' && c <= '9')
        digit = (unsigned)c - '0';
    else if (lower >= 'a' && lower <= 'f')
        digit = (unsigned)lower - 'a' + 10;
    return digit < base ? digit : base;
}

/* TEXT begins after "&#". */
static size_t number(struct slice text, uint32_t *code)
{
    bool is_hex = text.len > 0 && (text.ptr[0] | 0x20) == 'x';
    unsigned base = is_hex ? 16 : 10;
    size_t start = is_hex, at = start;
    uint32_t sum = 0;
    while (at < text.len && digit_of(text.ptr[at], base) < base) {
        sum = sum > 0x10FFFF ? sum : sum * base + digit_of(text.ptr[at], base);
        at++;
    }
    if (at == start)
        return 0;
    *code = repair_code(sum);
    return at + (at < text.len && text.ptr[at] == ';');
}

/* The longest known name at the front of NAME that needs no semicolon. */
static const struct entity *find_bare(struct slice name)
{
    for (name.len = name.len < 6 ? name.len : 6; name.len >= 2; name.len--) {
        const struct entity *entity = find_entity(name);
        if (entity && entity->is_bare)
            return entity;
    }
    return NULL;
}

/* TEXT begins after '&'. */
static size_t named(struct slice text, enum html_place place, uint32_t *code)
{
    size_t len = 0;
    while (len < text.len && is_alnum(text.ptr[len]))
        len++;
    struct slice name = slice_sub(text, 0, len);
    bool is_closed = len < text.len && text.ptr[len] == ';';
    const struct entity *entity = is_closed ? find_entity(name) : NULL;
    if (entity) {
        *code = entity->code;
        return len + 1;
    }
    entity = find_bare(name);
    if (!entity)
        return 0;
    size_t used = strlen(entity->name);
    /* "?a=1&copy=2" is an address, not a sign. */
    if (place == HTML_IN_ATTRIBUTE && used < text.len && (text.ptr[used] == '=' || is_alnum(text.ptr[used])))
        return 0;
    *code = entity->code;
    return used;
}

static size_t reference(struct slice text, enum html_place place, uint32_t *code)
{
    if (text.len == 0)
        return 0;
    if (text.ptr[0] != '#')
        return named(text, place, code);
    size_t used = number(slice_skip(text, 1), code);
    return used ? used + 1 : 0;
}

size_t html_entity(struct slice text, enum html_place place, uint32_t *code)
{
    struct slice body = slice_sub(text, 1, HTML_ENTITY_MAX - 1);
    uint32_t inner;
    size_t used = reference(body, place, code);
    if (used == 0)
        return 0;
    if (*code != '&' || body.ptr[used - 1] != ';')
        return used + 1;
    size_t more = reference(slice_skip(body, used), place, &inner);
    if (more == 0 || body.ptr[used + more - 1] != ';')
        return used + 1;
    *code = inner;
    return used + more + 1;
}
