#!/usr/bin/env python3
"""Every place of a PDF where a secret may lie, page or no page: found, whether streams are compressed and objects packed or not; else a gap that names it."""
import base64
import pathlib
import shutil
import subprocess
import sys
import tempfile
import zlib

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from harness import Tap, github_token, of_type, scan, summary  # noqa: E402
from helper_probe import path_of  # noqa: E402
from pdf_writer import Pdf, literal, utf16  # noqa: E402

ONLY = ["--reveal", "--only", "github-token", "--jobs", 1]
PLACES = {}


def place(make):
    """MAKE(pdf, token) puts the token there; it may return the bytes itself."""
    PLACES[make.__name__.replace("_", "-")] = make
    return make


def resources(pdf, entries):
    number = pdf.pages[-1]
    pdf.objects[number - 1] = pdf.objects[number - 1].replace(b"/Resources<<", b"/Resources<<" + entries)


def page_entry(pdf, entries):
    number = pdf.pages[-1]
    pdf.objects[number - 1] = pdf.objects[number - 1].replace(b"/Type/Page/", b"/Type/Page" + entries + b"/")


def shown(text, before=b"", after=b""):
    return before + b" BT /F 10 Tf 40 500 Td " + literal(text) + b" Tj ET " + after


def form_of(pdf, more):
    """An AcroForm with MORE in it."""
    pdf.catalog += b"/AcroForm<</Fields[]" + more + b">>"


XDP = "http://ns.adobe.com/xdp/"
TEMPLATE = ('<template xmlns="http://www.xfa.org/schema/xfa-template/3.3/"><subform name="form1"><field name="secret"><caption><value><text>API key</text>'
            '</value></caption><value><text>{0}</text></value></field></subform></template>')
DATA = ('<xfa:datasets xmlns:xfa="http://www.xfa.org/schema/xfa-data/1.0/"><xfa:data><form1><secret>{0}</secret></form1></xfa:data></xfa:datasets>')


@place
def xfa_stream(pdf, token):
    form_of(pdf, b"/XFA %d 0 R" % pdf.stream(f'<xdp:xdp xmlns:xdp="{XDP}">{DATA.format(token)}</xdp:xdp>'.encode()))


@place
def xfa_template(pdf, token):
    parts = [(b"preamble", f'<xdp:xdp xmlns:xdp="{XDP}">'), (b"template", TEMPLATE.format(token)), (b"datasets", DATA.format("1")),
             (b"postamble", "</xdp:xdp>")]
    form_of(pdf, b"/XFA[" + b"".join(b"(%s)%d 0 R" % (name, pdf.stream(text.encode())) for name, text in parts) + b"]")


@place
def xfa_datasets(pdf, token):
    parts = [(b"preamble", f'<xdp:xdp xmlns:xdp="{XDP}">'), (b"template", TEMPLATE.format("")), (b"datasets", DATA.format(token)),
             (b"postamble", "</xdp:xdp>")]
    form_of(pdf, b"/XFA[" + b"".join(b"(%s)%d 0 R" % (name, pdf.stream(text.encode())) for name, text in parts) + b"]")


def script(pdf, token):
    return pdf.stream(f"var key = '{token}'; app.alert(1);".encode())


@place
def script_of_document(pdf, token):
    pdf.catalog += b"/Names<</JavaScript<</Names[(all)<</S/JavaScript/JS %d 0 R>>]>>>>" % script(pdf, token)


@place
def script_in_a_string(pdf, token):
    pdf.catalog += b"/Names<</JavaScript<</Names[(all)%d 0 R]>>>>" % pdf.add(b"<</S/JavaScript/JS" + literal(f"var key = '{token}';") + b">>")


@place
def script_at_opening(pdf, token):
    pdf.catalog += b"/OpenAction<</S/JavaScript/JS %d 0 R>>" % script(pdf, token)


@place
def script_at_closing(pdf, token):
    pdf.catalog += b"/AA<</WC<</S/JavaScript/JS %d 0 R>>>>" % script(pdf, token)


@place
def script_of_page(pdf, token):
    page_entry(pdf, b"/AA<</O<</S/JavaScript/JS %d 0 R>>>>" % script(pdf, token))


@place
def script_of_field(pdf, token):
    number = pdf.field("sum", "1", b"/AA<</K<</S/JavaScript/JS %d 0 R>>>>" % script(pdf, token))
    pdf.objects[pdf.pages[0] - 1] = pdf.objects[pdf.pages[0] - 1].replace(b"/Annots[", b"/Annots[%d 0 R" % number)


@place
def script_after_another(pdf, token):
    pdf.catalog += b"/OpenAction<</S/JavaScript/JS(1)/Next<</S/JavaScript/JS %d 0 R>>>>" % script(pdf, token)


@place
def submit_address(pdf, token):
    pdf.catalog += b"/OpenAction<</S/SubmitForm/F<</FS/URL/F" + literal("https://example.org/?key=" + token) + b">>>>"


@place
def layer_turned_off(pdf, token):
    layer = pdf.add(b"<</Type/OCG/Name(hidden)>>")
    pdf.page(operators=shown(token, b"/OC /L BDC", b"EMC"))
    resources(pdf, b"/Properties<</L %d 0 R>>" % layer)
    pdf.catalog += b"/OCProperties<</OCGs[%d 0 R]/D<</OFF[%d 0 R]/BaseState/ON>>>>" % (layer, layer)


@place
def form_in_layer_turned_off(pdf, token):
    layer = pdf.add(b"<</Type/OCG/Name(hidden)>>")
    form = pdf.stream(shown(token), b"/Type/XObject/Subtype/Form/BBox[0 0 600 800]/OC %d 0 R/Resources<</Font<</F 3 0 R>>>>" % layer)
    pdf.page(operators=b"/X Do")
    resources(pdf, b"/XObject<</X %d 0 R>>" % form)
    pdf.catalog += b"/OCProperties<</OCGs[%d 0 R]/D<</OFF[%d 0 R]>>>>" % (layer, layer)


@place
def name_of_layer(pdf, token):
    layer = pdf.add(b"<</Type/OCG/Name" + utf16(token) + b">>")
    pdf.catalog += b"/OCProperties<</OCGs[%d 0 R]/D<</ON[%d 0 R]>>>>" % (layer, layer)


@place
def type_3_font(pdf, token):
    glyph = pdf.stream(b"500 0 0 0 500 500 d1 0 0 400 400 re f")
    letters = sorted(set(token))
    names = b"".join(b"/c%02x" % ord(c) for c in letters)
    rows = "".join(f"<{i:02x}> <{ord(c):04x}>\n" for i, c in enumerate(letters, 1))
    cmap = pdf.stream(("/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def 1 begincodespacerange <00> <ff> endcodespacerange\n"
                       f"{len(letters)} beginbfchar\n{rows}endbfchar endcmap end end").encode())
    font = pdf.add(b"<</Type/Font/Subtype/Type3/FontBBox[0 0 500 500]/FontMatrix[.001 0 0 .001 0 0]/FirstChar 1/LastChar %d/Widths[%s]/ToUnicode %d 0 R"
                   b"/CharProcs<<%s>>/Encoding<</Differences[1%s]>>/Resources<<>>>>" %
                   (len(letters), b" 500" * len(letters), cmap, b"".join(b"/c%02x %d 0 R" % (ord(c), glyph) for c in letters), names))
    codes = "".join(f"{letters.index(c) + 1:02x}" for c in token).encode()
    pdf.page(operators=b"BT /T 10 Tf 40 500 Td <%s> Tj ET" % codes)
    resources(pdf, b"/Font<</T %d 0 R/F 3 0 R>>" % font)
    pdf.objects[pdf.pages[-1] - 1] = pdf.objects[pdf.pages[-1] - 1].replace(b">>/Font<</F 3 0 R>>>>", b">>>>")


@place
def actual_text(pdf, token):
    pdf.page(operators=shown("x", b"/Span<</ActualText" + literal(token) + b">>BDC", b"EMC"))


@place
def alternate_text_of_marked_content(pdf, token):
    pdf.page(operators=shown("x", b"/Figure<</Alt" + utf16(token) + b"/MCID 0>>BDC", b"EMC"))


@place
def property_list_of_marked_content(pdf, token):
    pdf.page(operators=shown("x", b"/Span /P BDC", b"EMC"))
    resources(pdf, b"/Properties<</P %d 0 R>>" % pdf.add(b"<</Note" + utf16(token) + b">>"))


def structure(pdf, entries):
    element = pdf.add(b"<</Type/StructElem/S/Figure/Pg %d 0 R/K 0%s>>" % (pdf.pages[0], entries))
    pdf.catalog += b"/MarkInfo<</Marked true>>/StructTreeRoot %d 0 R" % pdf.add(b"<</Type/StructTreeRoot/K[%d 0 R]>>" % element)


@place
def structure_alternate_text(pdf, token):
    structure(pdf, b"/Alt" + literal(token))


@place
def structure_title_in_utf16(pdf, token):
    structure(pdf, b"/T" + utf16(token))


@place
def structure_actual_text(pdf, token):
    structure(pdf, b"/ActualText" + utf16(token))


@place
def structure_expansion(pdf, token):
    structure(pdf, b"/E" + literal(token))


@place
def outline(pdf, token):
    pdf.bookmark("chapter " + token)


@place
def named_destination(pdf, token):
    pdf.catalog += b"/Names<</Dests<</Names[" + literal(token) + b"[%d 0 R/Fit]]>>>>" % pdf.pages[0]


@place
def old_named_destination(pdf, token):
    pdf.catalog += b"/Dests<</%s[%d 0 R/Fit]>>" % (token.encode(), pdf.pages[0])


@place
def link_to_an_address(pdf, token):
    pdf.page("x", annotations=[pdf.link("https://example.org/?key=" + token)])


@place
def tooltip_of_link(pdf, token):
    number = pdf.link("https://example.org/")
    pdf.objects[number - 1] = pdf.objects[number - 1].replace(b"/Link", b"/Link/Contents" + utf16(token))
    pdf.page("x", annotations=[number])


@place
def label_of_page(pdf, token):
    pdf.catalog += b"/PageLabels<</Nums[0<</S/D/P" + utf16(token) + b">>]>>"


def field(pdf, more, value="1"):
    pdf.page("x", annotations=[pdf.field("API key", value, more)])


@place
def field_value(pdf, token):
    field(pdf, b"", token)


@place
def field_default(pdf, token):
    field(pdf, b"/DV" + utf16(token))


@place
def field_tooltip(pdf, token):
    field(pdf, b"/TU" + utf16(token))


@place
def field_export_name(pdf, token):
    field(pdf, b"/TM" + utf16(token))


@place
def field_rich_value(pdf, token):
    field(pdf, b"/RV" + literal(f"<body><p>{token}</p></body>"))


@place
def field_rich_value_in_a_stream(pdf, token):
    field(pdf, b"/RV %d 0 R" % pdf.stream(f"<body><p>{token}</p></body>".encode()))


@place
def field_on_no_page(pdf, token):
    pdf.field("API key", token)


@place
def field_value_in_a_parent(pdf, token):
    parent = pdf.field("API key", token)
    kid = pdf.add(b"<</Type/Annot/Subtype/Widget/Rect[10 50 90 60]/Parent %d 0 R>>" % parent)
    pdf.objects[parent - 1] = pdf.objects[parent - 1].replace(b"/Type/Annot/Subtype/Widget", b"/Kids[%d 0 R]" % kid)
    pdf.page("x", annotations=[kid])


@place
def field_list_choice(pdf, token):
    pdf.page("x", annotations=[pdf.choice("which", ["a", token])])


@place
def field_hidden_export_value(pdf, token):
    number = pdf.choice("which", ["a"])
    pdf.objects[number - 1] = pdf.objects[number - 1].replace(b"/Opt[", b"/Opt[[" + utf16(token) + b"(shown)]")
    pdf.page("x", annotations=[number])


@place
def field_password(pdf, token):
    field(pdf, b"/Ff 8192", token)


@place
def button_caption(pdf, token):
    pdf.page("x", annotations=[pdf.add(b"<</Type/Annot/Subtype/Widget/FT/Btn/Ff 65536/T(b)/Rect[1 1 9 9]/MK<</CA" + utf16(token) + b">>>>")])


@place
def appearance_of_field(pdf, token):
    form = pdf.stream(shown(token), b"/Type/XObject/Subtype/Form/BBox[0 0 600 800]/Resources<</Font<</F 3 0 R>>>>")
    field(pdf, b"/AP<</N %d 0 R>>" % form)


@place
def sticky_note(pdf, token):
    pdf.page("x", annotations=[pdf.note(token)])


@place
def sticky_note_rich_text(pdf, token):
    pdf.page("x", annotations=[pdf.note("x", more=b"/RC" + literal(f"<body><p>{token}</p></body>"))])


@place
def free_text(pdf, token):
    pdf.page("x", annotations=[pdf.note(token, b"FreeText", b"/DA(/F 9 Tf)")])


@place
def appearance_of_stamp(pdf, token):
    form = pdf.stream(shown(token), b"/Type/XObject/Subtype/Form/BBox[0 0 600 800]/Resources<</Font<</F 3 0 R>>>>")
    pdf.page("x", annotations=[pdf.add(b"<</Type/Annot/Subtype/Stamp/Rect[1 1 99 99]/AP<</N %d 0 R>>>>" % form)])


@place
def redaction_overlay(pdf, token):
    pdf.page("x", annotations=[pdf.note("x", b"Redact", b"/OverlayText" + utf16(token))])


@place
def popup(pdf, token):
    number = pdf.add(b"<</Type/Annot/Subtype/Popup/Rect[1 1 9 9]/Contents" + utf16(token) + b">>")
    pdf.page("x", annotations=[number])


@place
def note_name(pdf, token):
    pdf.page("x", annotations=[pdf.note("x", more=b"/NM" + utf16(token))])


@place
def name_of_file(pdf, token):
    pdf.attach(token + ".txt", b"x")


@place
def description_of_file(pdf, token):
    pdf.attach("a.txt", b"x")
    number = pdf.files[-1][1]
    pdf.objects[number - 1] = pdf.objects[number - 1].replace(b"/Filespec", b"/Filespec/Desc" + utf16(token))


@place
def file_in_the_document(pdf, token):
    pdf.attach("a.txt", token.encode())


@place
def associated_file(pdf, token):
    kept = pdf.stream(b"see " + token.encode(), b"/Type/EmbeddedFile")
    pdf.catalog += b"/AF[<</Type/Filespec/F(a.txt)/EF<</F %d 0 R>>/AFRelationship/Data>>]" % kept


@place
def file_in_a_multimedia_note(pdf, token):
    kept = pdf.stream(b"see " + token.encode(), b"/Type/EmbeddedFile")
    pdf.page("x", annotations=[pdf.add(b"<</Type/Annot/Subtype/RichMedia/Rect[1 1 9 9]/RichMediaContent<</Assets<</Names[(a.txt)"
                                       b"<</Type/Filespec/F(a.txt)/EF<</F %d 0 R>>>>]>>>>>>" % kept)])


@place
def schema_of_portfolio(pdf, token):
    pdf.attach("a.txt", b"x")
    pdf.catalog += b"/Collection<</Schema<</S<</Subtype/S/N" + utf16(token) + b"/O 1>>>>>>"


@place
def item_of_portfolio(pdf, token):
    pdf.attach("a.txt", b"x")
    number = pdf.files[-1][1]
    pdf.objects[number - 1] = pdf.objects[number - 1].replace(b"/Filespec", b"/Filespec/CI<</S" + utf16(token) + b">>")


@place
def custom_information(pdf, token):
    pdf.metadata(Title="x")
    pdf.objects[pdf.info - 1] = pdf.objects[pdf.info - 1].replace(b"/Title", b"/ApiKey" + utf16(token) + b"/Title")


@place
def information_title(pdf, token):
    pdf.metadata(Title=token)


@place
def xmp(pdf, token):
    pdf.metadata(xmp=f"<x:xmpmeta xmlns:x='adobe:ns:meta/'>{token}</x:xmpmeta>".encode())


@place
def metadata_of_an_object(pdf, token):
    page_entry(pdf, b"/Metadata %d 0 R" % pdf.stream(f"<x:xmpmeta xmlns:x='adobe:ns:meta/'>{token}</x:xmpmeta>".encode(), b"/Type/Metadata/Subtype/XML"))


@place
def piece_information(pdf, token):
    page_entry(pdf, b"/PieceInfo<</Tool<</LastModified(D:20240101)/Private %d 0 R>>>>" % pdf.stream(b"state: " + token.encode()))


def appended(data, objects, root=1):
    """An incremental update (7.5.6): {number: body}."""
    previous = data.rsplit(b"startxref\n", 1)[1].split(b"\n")[0]
    out, table = bytearray(data), b""
    for number, body in objects.items():
        table += b"%d 1\n%010d 00000 n \n" % (number, len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    return bytes(out) + b"xref\n" + table + b"trailer\n<</Size 99/Root %d 0 R/Prev %s>>\nstartxref\n%d\n%%%%EOF\n" % (root, previous, len(out))


@place
def page_of_an_older_version(pdf, token):
    pdf.page("the old text " + token)
    content = len(pdf.objects) - 1
    data = pdf.bytes()
    return appended(data, {content: b"<</Length 3>>stream\nq Q\nendstream"})


@place
def page_taken_out(pdf, token):
    pdf.page("the page that goes " + token)
    last = pdf.pages[-1]
    data = pdf.bytes()
    return appended(data, {2: b"<</Type/Pages/Kids[%d 0 R]/Count 1>>" % pdf.pages[0]}) if last else data


@place
def value_of_an_older_version(pdf, token):
    number = pdf.field("API key", token)
    pdf.objects[pdf.pages[0] - 1] = pdf.objects[pdf.pages[0] - 1].replace(b"/Annots[", b"/Annots[%d 0 R" % number)
    return appended(pdf.bytes(), {number: b"<</Type/Annot/Subtype/Widget/FT/Tx/Rect[10 50 90 60]/T(API key)/V(gone)/DA(/F 0 Tf)>>"})


@place
def file_of_an_older_version(pdf, token):
    pdf.attach("a.txt", b"see " + token.encode())
    kept = pdf.files[-1][1] - 1
    return appended(pdf.bytes(), {kept: b"<</Type/EmbeddedFile/Length 4>>stream\nnone\nendstream"})


@place
def stream_nothing_names(pdf, token):
    pdf.stream(b"left over: " + token.encode())


@place
def string_nothing_names(pdf, token):
    pdf.add(utf16(token))


@place
def text_behind_a_picture(pdf, token):
    picture = pdf.stream(b"\xff", b"/Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8")
    pdf.page(operators=shown(token, b"", b"q 600 0 0 800 0 0 cm /I Do Q"))
    resources(pdf, b"/XObject<</I %d 0 R>>" % picture)


@place
def text_outside_the_crop_box(pdf, token):
    pdf.page(operators=shown(token))
    page_entry(pdf, b"/CropBox[0 0 100 100]")


@place
def text_outside_the_page(pdf, token):
    pdf.page(operators=b"BT /F 10 Tf 4000 5000 Td " + literal(token) + b" Tj ET")


@place
def text_that_is_invisible(pdf, token):
    pdf.page(operators=shown(token, b"", b"").replace(b"BT", b"BT 3 Tr"))


@place
def text_in_white(pdf, token):
    pdf.page(operators=shown(token, b"1 g"))


@place
def text_in_a_form(pdf, token):
    form = pdf.stream(shown(token), b"/Type/XObject/Subtype/Form/BBox[0 0 600 800]/Resources<</Font<</F 3 0 R>>>>")
    pdf.page(operators=b"/X Do")
    resources(pdf, b"/XObject<</X %d 0 R>>" % form)


@place
def form_that_no_page_draws(pdf, token):
    form = pdf.stream(shown(token), b"/Type/XObject/Subtype/Form/BBox[0 0 600 800]/Resources<</Font<</F 3 0 R>>>>")
    pdf.page("x")
    resources(pdf, b"/XObject<</X %d 0 R>>" % form)


@place
def text_in_a_pattern(pdf, token):
    pattern = pdf.stream(shown(token), b"/Type/Pattern/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 600 800]/XStep 600/YStep 800"
                                       b"/Resources<</Font<</F 3 0 R>>>>")
    pdf.page(operators=b"/Pattern cs /P scn 0 0 600 800 re f")
    resources(pdf, b"/Pattern<</P %d 0 R>>" % pattern)


@place
def comment_in_the_content(pdf, token):
    pdf.page(operators=b"% " + token.encode() + b"\n")


@place
def name_of_signer(pdf, token):
    field(pdf, b"/V<</Type/Sig/Filter/Adobe.PPKLite/Name" + utf16(token) + b"/Contents<00>>>")


@place
def web_capture_address(pdf, token):
    pdf.catalog += b"/SpiderInfo<</V 1/C[<</URL" + utf16("https://example.org/?" + token) + b">>]>>"


@place
def thread_information(pdf, token):
    pdf.catalog += b"/Threads[<</Type/Thread/I<</Title" + utf16(token) + b">>>>]"


@place
def reason_of_signature(pdf, token):
    field(pdf, b"/V<</Type/Sig/Filter/Adobe.PPKLite/Reason(approved)/ContactInfo" + utf16(token) + b"/Contents<00>>>")


@place
def address_of_bookmark(pdf, token):
    item = pdf.add(b"<</Title(more)/A<</S/URI/URI%s>>>>" % literal("https://example.org/?key=" + token))
    pdf.catalog += b"/Outlines %d 0 R" % pdf.add(b"<</Type/Outlines/First %d 0 R/Last %d 0 R/Count 1>>" % (item, item))


@place
def base_of_addresses(pdf, token):
    pdf.catalog += b"/URI<</Base%s>>" % literal("https://example.org/" + token + "/")


@place
def program_that_is_started(pdf, token):
    pdf.catalog += b"/OpenAction<</S/Launch/Win<</F(curl.exe)/P%s>>>>" % literal("-H token:" + token)


@place
def xmp_of_a_picture(pdf, token):
    kept = pdf.stream(f"<x:xmpmeta xmlns:x='adobe:ns:meta/'>{token}</x:xmpmeta>".encode(), b"/Type/Metadata/Subtype/XML")
    picture = pdf.stream(b"\xff", b"/Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8/Metadata %d 0 R" % kept)
    pdf.page(operators=b"q 9 0 0 9 0 0 cm /I Do Q")
    resources(pdf, b"/XObject<</I %d 0 R>>" % picture)


@place
def comment_in_a_jpeg(pdf, token):
    said = b"key " + token.encode()
    data = b"\xff\xd8\xff\xfe" + (len(said) + 2).to_bytes(2, "big") + said + b"\xff\xd9"
    picture = pdf.stream(data, b"/Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/DCTDecode", compress=False)
    pdf.page("x", operators=b"q 9 0 0 9 0 0 cm /I Do Q")
    resources(pdf, b"/XObject<</I %d 0 R>>" % picture)


@place
def text_in_a_glyph(pdf, token):
    glyph = pdf.stream(b"500 0 d0 " + shown(token))
    font = pdf.add(b"<</Type/Font/Subtype/Type3/FontBBox[0 0 500 500]/FontMatrix[.001 0 0 .001 0 0]/FirstChar 65/LastChar 65/Widths[500]"
                   b"/CharProcs<</A %d 0 R>>/Encoding<</Differences[65/A]>>/Resources<</Font<</F 3 0 R>>>>>>" % glyph)
    pdf.page(operators=b"BT /T 10 Tf 40 500 Td (A) Tj ET")
    pdf.objects[pdf.pages[-1] - 1] = pdf.objects[pdf.pages[-1] - 1].replace(b"/Font<<", b"/Font<</T %d 0 R" % font)


@place
def text_in_a_soft_mask(pdf, token):
    form = pdf.stream(shown(token), b"/Type/XObject/Subtype/Form/BBox[0 0 600 800]/Group<</S/Transparency/CS/DeviceGray>>/Resources<</Font<</F 3 0 R>>>>")
    pdf.page("x", operators=b"/S gs 0 0 9 9 re f")
    resources(pdf, b"/ExtGState<</S<</SMask<</Type/Mask/S/Luminosity/G %d 0 R>>>>>>" % form)


@place
def page_that_is_a_template(pdf, token):
    content = pdf.stream(shown(token))
    page = pdf.add(b"<</Type/Template/MediaBox[0 0 600 800]/Resources<</Font<</F 3 0 R>>>>/Contents %d 0 R>>" % content)
    pdf.catalog += b"/Names<</Templates<</Names[(spare)%d 0 R]>>>>" % page


@place
def page_in_two_streams(pdf, token):
    first, second = (pdf.stream(part) for part in (shown(token[:20]).replace(b" ET ", b""), literal(token[20:]) + b" Tj ET"))
    pdf.page("x")
    pdf.objects[pdf.pages[-1] - 1] = pdf.objects[pdf.pages[-1] - 1].replace(b"/Contents %d 0 R" % (pdf.pages[-1] - 1), b"/Contents[%d 0 R %d 0 R]" % (first, second))


@place
def bytes_behind_packed_content(pdf, token):
    data = zlib.compress(shown("x"))
    pdf.page("y")
    pdf.objects[pdf.pages[-1] - 2] = b"<</Filter/FlateDecode/Length %d>>stream\n%s\n%s\nendstream" % (len(data) + 1 + len(token), data, token.encode())


@place
def bytes_behind_content_in_ascii85(pdf, token):
    data = base64.a85encode(zlib.compress(shown("x"))) + b"~>"
    pdf.page("y")
    pdf.objects[pdf.pages[-1] - 2] = b"<</Filter[/ASCII85Decode/FlateDecode]/Length %d>>stream\n%s\n%s\nendstream" % (
        len(data) + 1 + len(token), data, token.encode())


@place
def document_in_the_document(pdf, token):
    inner = Pdf()
    inner.page(token)
    pdf.attach("inner.pdf", inner.bytes())


@place
def folder_of_portfolio(pdf, token):
    pdf.attach("a.txt", b"x")
    pdf.catalog += b"/Collection<</Folders %d 0 R>>" % pdf.add(b"<</Type/Folder/ID 0/Name" + utf16(token) + b">>")


# Where the token may also stand behind a gap, and its kind.
GAPS = {}


# These are looked for in encrypted documents too.
ENCRYPTED = ["xfa-datasets", "script-of-document", "layer-turned-off", "field-default", "structure-title-in-utf16", "appearance-of-stamp", "associated-file",
             "text-outside-the-crop-box"]

# Where the same text stands several times in a file.
OFTEN = {"name-of-file"}


def encrypted(path, bits):
    """The same document under an empty password, by qpdf, which keeps no older version and nothing that nothing names."""
    away = path.with_name("b.pdf")
    weak = [] if bits == "256" else ["--allow-weak-crypto"]
    subprocess.run(["qpdf", *weak, "--object-streams=generate" if bits == "256" else "--object-streams=preserve", "--encrypt", "", "owner", bits, "--", path, away], check=True, capture_output=True)
    away.replace(path)


def look(folder, make, name, compress, pack, bits=None):
    pdf, token = Pdf(compress, pack), github_token("place " + name)
    pdf.page("first page")
    made = make(pdf, token)
    path = pathlib.Path(folder) / "a.pdf"
    path.write_bytes(made if isinstance(made, bytes) else pdf.bytes())
    if bits:
        encrypted(path, bits)
    _, records, errors = scan(*ONLY, path)
    found = [f["path"].split("a.pdf!/")[-1] for f in of_type(records, "finding") if f["secret"] == token]
    found += [f["path"] for f in of_type(records, "finding") if f["secret"] != token]
    gaps = [(gap["kind"], gap["reason"]) for gap in of_type(records, "gap")]
    return found, gaps, summary(records), errors


def caption(tap, folder):
    """A password that nothing but the caption beside it tells."""
    pdf, password = Pdf(), "Rogi" + "to44!10xQ"
    pdf.page("x")
    xfa_template(pdf, password)
    number = len(pdf.objects) - 2
    pdf.objects[number - 1] = b"<</Length 0>>stream\n\nendstream"
    number -= 1
    text = TEMPLATE.replace("API key", "Password").format(password).encode()
    pdf.objects[number - 1] = b"<</Length %d>>stream\n%s\nendstream" % (len(text), text)
    path = pathlib.Path(folder) / "a.pdf"
    path.write_bytes(pdf.bytes())
    _, records, errors = scan("--reveal", "--jobs", 1, path)
    tap.ok("pdf-places/xfa-caption-beside-its-value", [f["path"].split("a.pdf!/")[-1] for f in of_type(records, "finding") if f["secret"] == password] == ["XFA"],
           (records[1:-1], errors))


def main():
    tap = Tap()
    if not path_of("mailspill-pdf"):
        tap.skip("pdf-places", "mailspill-pdf was not built")
        tap.done()
    only = sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="mailspill-places-") as folder:
        for name, make in PLACES.items():
            for form, compress, pack in (("plain", False, False), ("compressed", True, False), ("packed", True, True)):
                if only and name not in only:
                    continue
                found, gaps, total, errors = look(folder, make, name, compress, pack)
                expected = (len(found) == 1 or found and name in OFTEN) if name not in GAPS else any(kind == GAPS[name] for kind, _ in gaps)
                tap.ok(f"pdf-places/{name}/{form}", expected and not errors and (found or gaps) and
                       total["leaves"] == total["scanned"] + total["partial"] + total["refused"], (found, gaps, errors))
        if not only:
            caption(tap, folder)
        for name in ENCRYPTED if shutil.which("qpdf") and not only else ():
            for bits in ("40", "128", "256"):
                found, gaps, _, errors = look(folder, PLACES[name], name, True, False, bits)
                tap.ok(f"pdf-places/{name}/encrypted-{bits}", len(found) == 1 and not gaps, (found, gaps, errors))
    tap.done()


if __name__ == "__main__":
    main()
