"""places_office.py - places of office documents where a secret may lie that no page, cell or slide shows: each a function of the token."""
import base64
import io
import struct
import zipfile

import ole_writer
import xlsb_writer as b12
from office_writer import ODF, OASIS, SCHEMAS, SHEET, TYPES, XML, cells, docx, odf, odf_part, paragraph, pptx, runs, slide, word_part, xlsx, zipped

DRAWING = f'xmlns:a="{SCHEMAS}/drawingml/2006/main" xmlns:xdr="{SCHEMAS}/drawingml/2006/spreadsheetDrawing" xmlns:c="{SCHEMAS}/drawingml/2006/chart"'
RELATIONS = f'{XML}<Relationships xmlns="{SCHEMAS}/package/2006/relationships"><Relationship Id="rId1" TargetMode="External" Target="%s"/></Relationships>'


def p(*texts):
    return f"<w:p>{runs(*texts)}</w:p>"


def book(name, part):
    """A workbook with one part more."""
    return ("a.xlsx", xlsx([["a"]], **{name: part}))


def sheet(inner):
    return book("xl/worksheets/sheet2.xml", f'{XML}<worksheet {SHEET} xmlns:r="{SCHEMAS}/officeDocument/2006/relationships">{inner}</worksheet>')


def formula(text):
    text = text.replace("&", "&amp;").replace("<", "&lt;")
    return sheet(f'<sheetData><row r="1"><c r="A1" t="str"><f>{text}</f></c></row></sheetData>')


def mashup(script="section Section1;", metadata="", packed=True):
    """What Power Query keeps (MS-QDEFF): a zip with the script, permissions, metadata."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED) as archive:
        archive.writestr("Config/Package.xml", "<Package><Version>2.1</Version></Package>")
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("Formulas/Section1.m", script)
    package = out.getvalue()
    permissions = b"<PermissionList><CanEvaluateFuturePackages>false</CanEvaluateFuturePackages></PermissionList>"
    xml = f'<LocalPackageMetadataFile><Items>{metadata}</Items></LocalPackageMetadataFile>'.encode()
    inner = struct.pack("<II", 0, len(xml)) + xml + struct.pack("<I", 0)
    binding = bytes(range(120, 250))
    body = b"".join(struct.pack("<I", len(part)) + part for part in (package, permissions, inner, binding))
    return base64.b64encode(struct.pack("<I", 0) + body).decode()


def query(encoding, **what):
    xml = f'<?xml version="1.0" encoding="{encoding}"?><DataMashup sqmid="0" xmlns="http://schemas.microsoft.com/DataMashup">{mashup(**what)}</DataMashup>'
    return book("customXml/item1.xml", xml.encode("utf-16" if encoding == "utf-16" else encoding))


def script_of(t):
    return f'section Section1;\r\n\r\nshared Query = let Source = Json.Document(Web.Contents("https://api.example/v1", [Headers=[Authorization="Bearer {t}"]])) in Source;'


def chart(inner):
    return f"{XML}<c:chartSpace {DRAWING}><c:chart>{inner}</c:chart></c:chartSpace>"


def drawing(inner):
    return f"{XML}<xdr:wsDr {DRAWING}><xdr:sp><xdr:txBody>{inner}</xdr:txBody></xdr:sp></xdr:wsDr>"


def biff12(text):
    """A string item of a binary workbook (MS-XLSB, BrtSSTItem)."""
    item = b"\0" + struct.pack("<I", len(text)) + text.encode("utf-16-le")
    return bytes([19, len(item) & 0x7F | 0x80, len(item) >> 7]) + item


def xlsb(t):
    return zipped({"[Content_Types].xml": TYPES, "xl/workbook.bin": b"\x83\1\0\x84\1\0", "xl/sharedStrings.bin": b"\x9f\1\x08" + bytes(8) + biff12("user") + biff12(t) + b"\xa0\1\0"})


def flat_opc(*parts):
    """One XML file in place of a zip: (name, XML or bytes) each."""
    out = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n<?mso-application progid="Word.Document"?>\r\n<pkg:package xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage">'
    for name, data in parts:
        inner = f"<pkg:xmlData>{data.replace(XML, '') if isinstance(data, str) else ''}</pkg:xmlData>"
        if isinstance(data, bytes):
            text = base64.b64encode(data).decode()
            inner = "<pkg:binaryData>" + "\r\n".join(text[i:i + 76] for i in range(0, len(text), 76)) + "</pkg:binaryData>"
        out += f'<pkg:part pkg:name="{name}" pkg:contentType="application/x">{inner}</pkg:part>'
    return ("a.xml", (out + "</pkg:package>").encode())


def body(*inner):
    return word_part("document", f"<w:body>{''.join(inner)}</w:body>")


def flat_odf(inner, more=""):
    return ("a.fodt", odf_part("document", f"{more}<office:body><office:text>{inner}</office:text></office:body>").replace("<office:document ", f'<office:document xmlns:draw="{OASIS}:drawing:1.0" ').encode())


def binary(data):
    text = base64.b64encode(data).decode()
    return "<office:binary-data>" + "".join(f"\n      {text[i:i + 72]}" for i in range(0, len(text), 72)) + "\n     </office:binary-data>"


PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\2\0\0\0\x90wS\xde" + bytes(40)

PLACES = {
    "xlsx: Power Query": lambda t: query("utf-8", script=script_of(t)),
    "xlsx: Power Query in UTF-16": lambda t: query("utf-16", script=script_of(t)),
    "xlsx: Power Query, stored": lambda t: query("utf-16", script=script_of(t), packed=False),
    "xlsx: Power Query's metadata": lambda t: query("utf-16", metadata=f'<Entry Type="Path" Value="s{t}" />'),
    "xlsx: connection": lambda t: book("xl/connections.xml", f'{XML}<connections {SHEET}><connection id="1" name="c"><dbPr connection="Provider=X;Password=&quot;{t}&quot;;" command="SELECT 1"/></connection></connections>'),
    "xlsx: connection's web address": lambda t: book("xl/connections.xml", f'{XML}<connections {SHEET}><connection id="1"><webPr url="https://x.example/?a=1&amp;t={t}"/></connection></connections>'),
    "xlsx: external link's address": lambda t: book("xl/externalLinks/_rels/externalLink1.xml.rels", RELATIONS % f"https://x.example/b.xlsx?sig={t}"),
    "xlsx: external link's cells": lambda t: book("xl/externalLinks/externalLink1.xml", f'{XML}<externalLink {SHEET}><externalBook><sheetDataSet><sheetData sheetId="0"><row r="1"><cell r="A1" t="str"><v>{t}</v></cell></row></sheetData></sheetDataSet></externalBook></externalLink>'),
    "xlsx: DDE link": lambda t: book("xl/externalLinks/externalLink2.xml", f'{XML}<externalLink {SHEET}><ddeLink ddeService="x" ddeTopic="{t}"/></externalLink>'),
    "xlsx: query table": lambda t: book("xl/queryTables/queryTable1.xml", f'{XML}<queryTable {SHEET} name="q {t}"/>'),
    "xlsx: pivot cache's items": lambda t: book("xl/pivotCache/pivotCacheDefinition1.xml", f'{XML}<pivotCacheDefinition {SHEET}><cacheFields><cacheField name="k"><sharedItems><s v="{t}"/></sharedItems></cacheField></cacheFields></pivotCacheDefinition>'),
    "xlsx: pivot cache's records": lambda t: book("xl/pivotCache/pivotCacheRecords1.xml", f'{XML}<pivotCacheRecords {SHEET}><r><s v="{t}"/></r></pivotCacheRecords>'),
    "xlsx: formula that joins two strings": lambda t: formula(f'"{t[:14]}"&"{t[14:]}"'),
    "xlsx: formula that joins four strings": lambda t: formula(f'IF(A1<>"","{t[:4]}" & "{t[4:9]}" &\n "{t[9:30]}"& "{t[30:]}",0)'),
    "xlsx: CONCATENATE": lambda t: formula(f'CONCATENATE("{t[:14]}","{t[14:]}")'),
    "xlsx: CONCAT of three": lambda t: formula(f'_xlfn.CONCAT("{t[:14]}", "{t[14:20]}" ,"{t[20:]}")'),
    "xlsx: name that joins strings": lambda t: book("xl/workbook2.xml", f'{XML}<workbook {SHEET}><definedNames><definedName name="k" hidden="1">"{t[:9]}"&amp;"{t[9:]}"</definedName></definedNames></workbook>'),
    "xlsx: threaded comment": lambda t: book("xl/threadedComments/threadedComment1.xml", f'{XML}<ThreadedComments xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"><threadedComment ref="A1"><text>{t}</text></threadedComment></ThreadedComments>'),
    "xlsx: person": lambda t: book("xl/persons/person.xml", f'{XML}<personList xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"><person displayName="x {t}"/></personList>'),
    "xlsx: data validation": lambda t: sheet(f'<dataValidations><dataValidation prompt="use {t} here"><formula1>"a,b"</formula1></dataValidation></dataValidations>'),
    "xlsx: list of a data validation": lambda t: sheet(f'<dataValidations><dataValidation type="list"><formula1>"a,{t},b"</formula1></dataValidation></dataValidations>'),
    "xlsx: conditional format": lambda t: sheet(f'<conditionalFormatting><cfRule><formula>A1="{t}"</formula></cfRule></conditionalFormatting>'),
    "xlsx: link's tool tip": lambda t: sheet(f'<hyperlinks><hyperlink ref="A1" tooltip="key {t}"/></hyperlinks>'),
    "xlsx: scenario": lambda t: sheet(f'<scenarios><scenario name="s"><inputCells r="A1" val="{t}"/></scenario></scenarios>'),
    "xlsx: text box": lambda t: book("xl/drawings/drawing1.xml", drawing(paragraph(t[:7], t[7:]))),
    "xlsx: shape's alternate text": lambda t: book("xl/drawings/drawing1.xml", f'{XML}<xdr:wsDr {DRAWING}><xdr:cNvPr id="1" descr="the key&#10;{t}"/></xdr:wsDr>'),
    "xlsx: text box of old": lambda t: book("xl/drawings/vmlDrawing1.vml", f'<xml xmlns:v="urn:schemas-microsoft-com:vml"><v:shape><v:textbox><div><font face="x">{t[:9]}</font><font>{t[9:]}</font></div></v:textbox></v:shape></xml>'),
    "xlsx: chart's title": lambda t: book("xl/charts/chart1.xml", chart(f"<c:title><c:tx><c:rich>{paragraph(t[:7], t[7:])}</c:rich></c:tx></c:title>")),
    "xlsx: chart's cache": lambda t: book("xl/charts/chart1.xml", chart(f'<c:ser><c:cat><c:strRef><c:f>S!A1</c:f><c:strCache><c:pt idx="0"><c:v>{t}</c:v></c:pt></c:strCache></c:strRef></c:cat></c:ser>')),
    "xlsx: macro": lambda t: ("a.xlsm", xlsx([["a"]], **{"xl/vbaProject.bin": ole_writer.document(ole_writer.macros(f'Sub a()\r\n  key = "{t}"\r\nEnd Sub\r\n'))})),
    "xlsx: macro that joins strings": lambda t: ("a.xlsm", xlsx([["a"]], **{"xl/vbaProject.bin": ole_writer.document(ole_writer.macros(f'Sub a()\r\n  key = "{t[:9]}" & "{t[9:20]}" & _\r\n    "{t[20:]}"\r\nEnd Sub\r\n'))})),
    "xlsx: custom property": lambda t: book("docProps/custom.xml", f'{XML}<Properties xmlns="{SCHEMAS}/officeDocument/2006/custom-properties" xmlns:vt="x"><property name="k"><vt:lpwstr>{t}</vt:lpwstr></property></Properties>'),
    "xlsx: control's data": lambda t: book("xl/activeX/activeX1.bin", ole_writer.document({"contents": b"\1\2\3" + t.encode("utf-16-le")})),
    "xlsx: map of XML": lambda t: book("xl/xmlMaps.xml", f'{XML}<MapInfo {SHEET}><Schema ID="s"><x k="{t}"/></Schema></MapInfo>'),
    "xlsx: table's column": lambda t: book("xl/tables/table1.xml", f'{XML}<table {SHEET}><tableColumns><tableColumn id="1" name="k {t}"><calculatedColumnFormula>"{t[:3]}"</calculatedColumnFormula></tableColumn></tableColumns></table>'),
    "xlsx: extension for the web": lambda t: book("xl/webextensions/webextension1.xml", f'{XML}<we:webextension xmlns:we="http://schemas.microsoft.com/office/webextensions/webextension/2010/11"><we:properties><we:property name="k" value="&quot;{t}&quot;"/></we:properties></we:webextension>'),
    "xlsx: history of changes": lambda t: book("xl/revisions/revisionLog1.xml", f'{XML}<revisions {SHEET}><rcc rId="1" sId="1"><oc r="A1" t="inlineStr"><is><r><t>{t[:8]}</t></r><r><t>{t[8:]}</t></r></is></oc></rcc></revisions>'),
    "xlsx: rich value": lambda t: book("xl/richData/rdrichvalue.xml", f'{XML}<rvData xmlns="http://schemas.microsoft.com/office/spreadsheetml/2017/richdata"><rv s="0"><v>{t}</v></rv></rvData>'),
    "xlsb": lambda t: ("a.xlsb", xlsb(t)),
    "docx: HTML that is merged in": lambda t: ("a.docx", docx(**{"word/afchunk1.htm": f"<html><body><p>{t[:9]}<b>{t[9:]}</b></p></body></html>"})),
    "docx: MHTML that is merged in": lambda t: ("a.docx", docx(**{"word/afchunk1.mht": f"MIME-Version: 1.0\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<html><body>{t[:9]}=\r\n{t[9:]}</body></html>\r\n"})),
    "docx: document that is merged in": lambda t: ("a.docx", docx(**{"word/afchunk1.docx": docx(p(t[:9], t[9:]))})),
    "docx: RTF that is merged in": lambda t: ("a.docx", docx(**{"word/afchunk1.rtf": "{\\rtf1 " + t[:9] + "{\\b " + t[9:] + "}}"})),
    "docx: glossary": lambda t: ("a.docx", docx(**{"word/glossary/document.xml": word_part("glossaryDocument", f"<w:docParts><w:docPart><w:docPartBody>{p(t[:9], t[9:])}</w:docPartBody></w:docPart></w:docParts>")})),
    "docx: endnote": lambda t: ("a.docx", docx(endnotes=word_part("endnotes", f"<w:endnote>{p(t[:5], t[5:])}</w:endnote>"))),
    "docx: mail merge's connection": lambda t: ("a.docx", docx(settings=word_part("settings", f'<w:mailMerge><w:connectString w:val="Provider=X;Password=&quot;{t}&quot;;Data Source=y"/></w:mailMerge>'))),
    "docx: mail merge's query": lambda t: ("a.docx", docx(settings=word_part("settings", f'<w:mailMerge><w:query w:val="SELECT * FROM `a` WHERE k = \'{t}\'"/></w:mailMerge>'))),
    "xlsb: shared string": lambda t: ("a.xlsb", b12.xlsb([["user", "key"], ["bob", t]])),
    "xlsb: string in the cell": lambda t: ("a.xlsb", b12.xlsb([[b12.cell(6, 0, b12.text(t))]])),
    "xlsb: rich string in the cell": lambda t: ("a.xlsb", b12.xlsb([[b12.cell(62, 0, b12.rich(t))]])),
    "xlsb: formula's value": lambda t: ("a.xlsb", b12.xlsb([[b12.formula(0, t, b"\x1e\1\0")]])),
    "xlsb: formula that joins strings": lambda t: ("a.xlsb", b12.xlsb([[b12.formula(2, "x", b12.literal(t[:9]) + b12.literal(t[9:]) + b"\x08")]])),
    "xlsb: sheet's name": lambda t: ("a.xlsb", b12.xlsb([["x"]], name=t)),
    "xlsb: comment": lambda t: ("a.xlsb", b12.xlsb([["x"]], **{"xl/comments1.bin": b12.record(628) + b12.record(635, bytes(36)) + b12.record(637, b12.rich(t)) + b12.record(636) + b12.record(629)})),
    "xlsb: connection": lambda t: ("a.xlsb", b12.xlsb([["x"]], **{"xl/connections.bin": b12.record(429) + b12.record(201, bytes(20) + b12.text("c")) + b12.record(203, bytes(8) + b12.text(f"Provider=x;Extended Properties=key {t};") + b12.text("SELECT 1")) + b12.record(430)})),
    "xlsb: link": lambda t: ("a.xlsb", b12.xlsb([["x"]], more=b12.record(494, bytes(16) + b12.text("") + b12.text(f"Sheet1!A1?{t}") + b12.text("") + b12.text("")))),
    "xlsb: macro": lambda t: ("a.xlsb", b12.xlsb([["x"]], **{"xl/vbaProject.bin": ole_writer.document(ole_writer.macros(f'Const K = "{t}"\r\n'))})),
    "xlsb: far down": lambda t: ("a.xlsb", b12.xlsb([[b12.cell(6, 0, b12.text(f"row {i} of many that stand before")), b12.cell(2, 1, b12.struct.pack("<I", i << 2 | 2))] for i in range(30000)] + [[b12.cell(6, 0, b12.text(t))]])),
    "docx: document variable": lambda t: ("a.docx", docx(settings=word_part("settings", f'<w:docVars><w:docVar w:name="k" w:val="x&#x22;{t}"/></w:docVars>'))),
    "docx: field's instruction in runs": lambda t: ("a.docx", docx("<w:p>" + "".join(f"<w:r><w:instrText>{part}</w:instrText></w:r>" for part in ("DATABASE \\c \"PWD=", t[:9], t[9:], "\"")) + "</w:p>")),
    "docx: simple field": lambda t: ("a.docx", docx(f'<w:p><w:fldSimple w:instr=" QUOTE &quot;{t}&quot; "><w:r><w:t>x</w:t></w:r></w:fldSimple></w:p>')),
    "docx: form field's default": lambda t: ("a.docx", docx(f'<w:p><w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:textInput><w:default w:val="{t}"/></w:textInput></w:ffData></w:fldChar></w:r></w:p>')),
    "docx: content control": lambda t: ("a.docx", docx(f"<w:sdt><w:sdtPr><w:alias w:val=\"k\"/></w:sdtPr><w:sdtContent>{p(t[:9], t[9:])}</w:sdtContent></w:sdt>")),
    "docx: list of a content control": lambda t: ("a.docx", docx(f'<w:sdt><w:sdtPr><w:dropDownList><w:listItem w:displayText="prod" w:value="{t}"/></w:dropDownList></w:sdtPr></w:sdt>')),
    "docx: alternate text": lambda t: ("a.docx", docx(f'<w:p><w:r><w:drawing><wp:docPr xmlns:wp="x" id="1" descr="key:&#xA;{t}"/></w:drawing></w:r></w:p>')),
    "docx: WordArt": lambda t: ("a.docx", docx(f'<w:p><w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textpath string="{t}"/></v:shape></w:pict></w:r></w:p>')),
    "docx: formula": lambda t: ("a.docx", docx(f'<w:p><m:oMath xmlns:m="{SCHEMAS}/officeDocument/2006/math"><m:r><m:t>{t[:9]}</m:t></m:r><m:r><m:t>{t[9:]}</m:t></m:r></m:oMath></w:p>')),
    "docx: diagram": lambda t: ("a.docx", docx(**{"word/diagrams/data1.xml": f'{XML}<dgm:dataModel xmlns:dgm="{SCHEMAS}/drawingml/2006/diagram" {DRAWING}><dgm:t>{paragraph(t[:9], t[9:])}</dgm:t></dgm:dataModel>'})),
    "docx: moved text": lambda t: ("a.docx", docx(f"<w:p><w:moveFrom>{runs(t[:9], t[9:])}</w:moveFrom></w:p>")),
    "docx: smart tag": lambda t: ("a.docx", docx(f"<w:p>{runs(t[:9])}<w:smartTag w:element=\"x\">{runs(t[9:])}</w:smartTag></w:p>")),
    "docx: font embedded": lambda t: ("a.docx", docx(**{"word/fonts/font1.odttf": bytes(range(32)) + t.encode()})),
    "docx: template's address": lambda t: ("a.docx", docx(**{"word/_rels/settings.xml.rels": RELATIONS % f"https://x.example/t.dotm?sig={t}"})),
    "docx: data of a bound control": lambda t: ("a.docx", docx(**{"customXml/item2.xml": f"<?xml version=\"1.0\"?><root xmlns=\"urn:x\"><k>{t[:9]}&#{ord(t[9])};{t[10:]}</k></root>"})),
    "docx: macro": lambda t: ("a.docm", docx(**{"word/vbaProject.bin": ole_writer.document(ole_writer.macros(f'Const K = "{t}"\r\n'))})),
    "pptx: comment of today": lambda t: ("a.pptx", pptx(**{"ppt/comments/modernComment_1.xml": f'{XML}<p188:cmLst xmlns:p188="http://schemas.microsoft.com/office/powerpoint/2018/8/main" {DRAWING}><p188:cm><p188:txBody>{paragraph(t[:9], t[9:])}</p188:txBody></p188:cm></p188:cmLst>'})),
    "pptx: tag": lambda t: ("a.pptx", pptx(**{"ppt/tags/tag1.xml": f'{XML}<p:tagLst xmlns:p="{SCHEMAS}/presentationml/2006/main"><p:tag name="K" val="{t}"/></p:tagLst>'})),
    "pptx: master": lambda t: ("a.pptx", pptx(**{"ppt/slideMasters/slideMaster1.xml": slide(paragraph(t[:5], t[5:]), "sldMaster")})),
    "pptx: layout": lambda t: ("a.pptx", pptx(**{"ppt/slideLayouts/slideLayout1.xml": slide(paragraph(t[:5], t[5:]), "sldLayout")})),
    "pptx: master of notes": lambda t: ("a.pptx", pptx(**{"ppt/notesMasters/notesMaster1.xml": slide(paragraph(t[:5], t[5:]), "notesMaster")})),
    "pptx: alternate text": lambda t: ("a.pptx", pptx(f'<p:cNvPr id="1" descr="the key&#xA;{t}"/>')),
    "pptx: diagram": lambda t: ("a.pptx", pptx(**{"ppt/diagrams/data1.xml": f'{XML}<dgm:dataModel xmlns:dgm="{SCHEMAS}/drawingml/2006/diagram" {DRAWING}><dgm:t>{paragraph(t[:9], t[9:])}</dgm:t></dgm:dataModel>'})),
    "pptx: workbook of a chart": lambda t: ("a.pptx", pptx(**{"ppt/embeddings/Microsoft_Excel_Sheet1.xlsx": xlsx([[t]])})),
    "pptx: film": lambda t: ("a.pptx", pptx(**{"ppt/media/media1.mp4": b"\0\0\0\x18ftypmp42\0\0\0\0isommp42\0\0\0\x40udta\0" + t.encode()})),
    "pptx: link": lambda t: ("a.pptx", pptx(**{"ppt/slides/_rels/slide1.xml.rels": RELATIONS % f"https://x.example/?a=1&amp;k={t}"})),
    "odt: Basic macro": lambda t: ("a.odt", odf(**{"Basic/Standard/Module1.xml": f'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">\n<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1" script:language="StarBasic">Sub Main\n  k = &quot;{t}&quot;\nEnd Sub</script:module>'})),
    "odt: Python macro": lambda t: ("a.odt", odf(**{"Scripts/python/a.py": f"KEY = '{t}'\n"})),
    "odt: user's field": lambda t: ("a.odt", odf(body=f'<text:user-field-decls><text:user-field-decl office:string-value="k &amp; {t}" text:name="k"/></text:user-field-decls>')),
    "odt: variable": lambda t: ("a.odt", odf(body=f'<text:p><text:variable-set text:name="k" text:formula="ooow:&quot;{t}&quot;">x</text:variable-set></text:p>')),
    "odt: hidden text": lambda t: ("a.odt", odf(body=f'<text:p><text:hidden-text text:condition="ooow:1" text:string-value="{t}"/></text:p>')),
    "odt: tracked deletion": lambda t: ("a.odt", odf(body=f"<text:tracked-changes><text:changed-region><text:deletion><text:p>{t[:9]}<text:span>{t[9:]}</text:span></text:p></text:deletion></text:changed-region></text:tracked-changes>")),
    "odt: settings": lambda t: ("a.odt", odf(**{"settings.xml": odf_part("document-settings", f'<config:config-item xmlns:config="{OASIS}:config:1.0" config:name="k">{t}</config:config-item>')})),
    "odt: form's connection": lambda t: ("a.odt", odf(body=f'<office:forms xmlns:form="{OASIS}:form:1.0"><form:form><form:connection-resource xlink:href="sdbc:x?user=a&amp;password={t}"/></form:form></office:forms>')),
    "odt: form's value": lambda t: ("a.odt", odf(body=f'<office:forms xmlns:form="{OASIS}:form:1.0"><form:password form:value="{t}"/></office:forms>')),
    "odt: alternate text": lambda t: ("a.odt", odf(body=f'<text:p><draw:frame xmlns:draw="x" xmlns:svg="y"><svg:desc>{t}</svg:desc></draw:frame></text:p>')),
    "odt: embedded OLE object": lambda t: ("a.odt", odf(**{"Object 1": ole_writer.document(ole_writer.word([(t, True)]))})),
    "ods: formula that joins strings": lambda t: ("a.ods", odf("spreadsheet", f'<table:table><table:table-row><table:table-cell table:formula="of:=&quot;{t[:9]}&quot;&amp;&quot;{t[9:]}&quot;"/></table:table-row></table:table>')),
    "ods: CONCATENATE": lambda t: ("a.ods", odf("spreadsheet", f'<table:table><table:table-row><table:table-cell table:formula="of:=CONCATENATE(&quot;{t[:9]}&quot;;&quot;{t[9:]}&quot;)"/></table:table-row></table:table>')),
    "ods: database's statement": lambda t: ("a.ods", odf("spreadsheet", f'<table:database-ranges><table:database-range><table:database-source-sql table:sql-statement="SELECT &apos;{t}&apos;"/></table:database-range></table:database-ranges>')),
    "ods: validation": lambda t: ("a.ods", odf("spreadsheet", f'<table:content-validations><table:content-validation><table:help-message><text:p>{t[:9]}<text:span>{t[9:]}</text:span></text:p></table:help-message></table:content-validation></table:content-validations>')),
    "ods: cell's value": lambda t: ("a.ods", odf("spreadsheet", f'<table:table><table:table-row><table:table-cell office:value-type="string" office:string-value="{t}"/></table:table-row></table:table>')),
    "ods: named expression": lambda t: ("a.ods", odf("spreadsheet", f'<table:named-expressions><table:named-expression table:name="k" table:expression="&quot;{t}&quot;"/></table:named-expressions>')),
    "odb: embedded database": lambda t: ("a.odb", zipped({"mimetype": "application/vnd.oasis.opendocument.base", "content.xml": odf_part("document-content", ""), "database/script": f"CREATE USER SA PASSWORD \"{t}\"\n"})),
    "odb: connection": lambda t: ("a.odb", zipped({"mimetype": "application/vnd.oasis.opendocument.base", "content.xml": odf_part("document-content", f'<db:connection-resource xmlns:db="{OASIS}:database:1.0" xlink:href="sdbc:mysql:jdbc:h?a=b&amp;password={t}"/>')})),
    "flat OPC: document": lambda t: flat_opc(("/word/document.xml", body(p(t[:9], t[9:])))),
    "flat OPC: workbook in base64": lambda t: flat_opc(("/word/document.xml", body(p("x"))), ("/word/embeddings/a.xlsx", xlsx([[t]]))),
    "flat OPC: macro": lambda t: flat_opc(("/word/document.xml", body(p("x"))), ("/word/vbaProject.bin", ole_writer.document(ole_writer.macros(f'Const K = "{t}"\r\n')))),
    "flat OPC: behind a picture": lambda t: flat_opc(("/word/document.xml", body(p("x"))), ("/word/media/image1.png", PNG), ("/word/embeddings/a.xlsx", xlsx([[t]]))),
    "flat OPC: far down": lambda t: flat_opc(("/word/document.xml", body(p("word " * 20) * 40000)), ("/word/embeddings/a.xlsx", xlsx([[t]]))),
    "flat ODF: object in base64": lambda t: flat_odf(f'<text:p><draw:object>{binary(odf("text", f"<text:p>{t[:9]}<text:span>{t[9:]}</text:span></text:p>"))}</draw:object></text:p>'),
    "flat ODF: OLE object": lambda t: flat_odf(f"<text:p><draw:object-ole>{binary(ole_writer.document(ole_writer.word([(t, True)])))}</draw:object-ole></text:p>"),
    "Word 2003 XML: object in base64": lambda t: ("a.xml", (f'<?xml version="1.0"?><w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml"><w:docOleData><w:binData w:name="oledata.mso">{base64.b64encode(ole_writer.document(ole_writer.word([(t, True)]))).decode()}</w:binData></w:docOleData><w:body>{p("x")}</w:body></w:wordDocument>').encode()),
}

# Read by nobody yet, and no gap says so.
SILENT = set()

# What no reader shows: a gap of this kind says so.
GAPS = {
    "flat OPC: picture": ("picture", lambda t: flat_opc(("/word/document.xml", body(p("x"))), ("/word/media/image1.png", PNG + bytes(300)))),
    "flat ODF: picture": ("picture", lambda t: flat_odf(f"<text:p><draw:image>{binary(PNG + bytes(300))}</draw:image></text:p>")),
}
