"""places_text.py - places of HTML, RTF, calendars, cards and notebooks where a secret may lie: each a function of the token."""
import base64
import json
import quopri

import ole_writer
from office_writer import xlsx

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\2\0\0\0\x90wS\xde" + bytes(400)
SVG = '<svg xmlns="http://www.w3.org/2000/svg"><text>{}</text></svg>'


def b64(data):
    return base64.b64encode(data).decode()


def page(inner, head=""):
    return ("a.html", f"<!DOCTYPE html><html><head><title>x</title>{head}</head><body><p>hello</p>{inner}</body></html>".encode())


def quoted_lines(data):
    text = b64(data)
    return "\n".join(text[i:i + 76] for i in range(0, len(text), 76))


def fold(line, width=74):
    """A content line, folded (RFC 5545, section 3.1)."""
    out = line[:width]
    for at in range(width, len(line), width):
        out += "\r\n " + line[at:at + width]
    return out + "\r\n"


def event(*lines, name="a.ics"):
    return (name, ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:1@corp.example\r\n" + "".join(fold(line) for line in lines) +
                   "END:VEVENT\r\nEND:VCALENDAR\r\n").encode())


def card(*lines, version="3.0"):
    return ("a.vcf", (f"BEGIN:VCARD\r\nVERSION:{version}\r\nFN:Bob\r\n" + "".join(fold(line) for line in lines) + "END:VCARD\r\n").encode())


def notebook(*cells):
    return ("a.ipynb", json.dumps({"cells": list(cells), "metadata": {"language_info": {"name": "python"}}, "nbformat": 4, "nbformat_minor": 5}, indent=1).encode())


def output(data, **more):
    return {"cell_type": "code", "execution_count": 1, "metadata": {}, "source": ["x"], "outputs": [{"output_type": "display_data", "metadata": {}, "data": data, **more}]}


def markdown(source, **more):
    return {"cell_type": "markdown", "metadata": {}, "source": source, **more}


def rtf(inner):
    return ("a.rtf", ("{\\rtf1\\ansi\\deff0{\\fonttbl{\\f0 Arial;}}\\f0 hello\\par " + inner + "}").encode())


def wide(text):
    return text.encode("utf-16-le").hex()


PLACES = {
    "html: template": lambda t: page(f"<template><p>{t[:9]}<b>{t[9:]}</b></p></template>"),
    "html: srcdoc": lambda t: page(f'<iframe srcdoc="&lt;p&gt;{t}&lt;/p&gt;"></iframe>'),
    "html: srcdoc, cut by tags": lambda t: page(f'<iframe srcdoc="&lt;p&gt;{t[:9]}&lt;b&gt;{t[9:]}&lt;/b&gt;&lt;/p&gt;"></iframe>'),
    "html: data attribute": lambda t: page(f'<div data-config="{{&quot;k&quot;:&quot;{t}&quot;}}">x</div>'),
    "html: JSON in a script": lambda t: page(f'<script type="application/json">{{"k":"{t}"}}</script>'),
    "html: JSON with escapes in a script": lambda t: page('<script type="application/json">{"k":"' + "".join(f"\\u{ord(c):04x}" for c in t) + '"}</script>'),
    "html: script that joins strings": lambda t: page(f'<script>var k = "{t[:9]}" + "{t[9:]}";</script>'),
    "html: template in a script": lambda t: page(f'<script type="text/html"><p>{t[:9]}<b>{t[9:]}</b></p></script>'),
    "html: content of a style": lambda t: page("", f'<style>p:after {{ content: "{t}" }}</style>'),
    "html: content of a style with escapes": lambda t: page("", f'<style>p:after {{ content: "\\{ord(t[0]):x} {t[1:9]}\\{ord(t[9]):06x}{t[10:]}" }}</style>'),
    "html: content of a style in strings": lambda t: page("", f"<style>p:after {{ CONTENT : '{t[:9]}' \"{t[9:20]}\" /* x */\n'{t[20:]}'; color: red }}</style>"),
    "html: content of a style on lines": lambda t: page("", f"<style>p:after {{ content: '{t[:9]}\\\n{t[9:]}' }}</style>"),
    "html: content of an attribute with escapes": lambda t: page(f"<q style='content:&quot;\\{ord(t[0]):x}\\{ord(t[1]):x} {t[2:]}&quot;'>x</q>"),
    "html: data: URI of a workbook": lambda t: page(f'<a download="a.xlsx" href="data:application/vnd.openxmlformats-officedocument.spreadsheetml.sheet;base64,{b64(xlsx([[t]]))}">x</a>'),
    "html: data: URI of a workbook, on lines": lambda t: page(f'<a href="data:;base64,\n{quoted_lines(xlsx([[t]]))}">x</a>'),
    "html: data: URI of a workbook with escapes": lambda t: page(f"<a href=data:application/zip;base64,{b64(xlsx([[t]])).replace('+', '%2B').replace('=', '%3d')}>x</a>"),
    "html: data: URI of a workbook far down": lambda t: page("<p>some text here</p>\n" * 20000 + f'<object data="data:application/x;base64,{b64(xlsx([[t]]))}"></object>'),
    "html: data: URI of a document in a style": lambda t: page("", f"<style>p {{ background: url(data:application/msword;base64,{b64(ole_writer.document(ole_writer.word([(t, True)])))}) }}</style>"),
    "html: text beside a file in a data: URI": lambda t: page(f'<p>{t[:9]}<b>{t[9:]}</b></p><p><a href="data:application/zip;base64,{b64(xlsx([["x"]]))}">x</a></p>'),
    "html: refresh": lambda t: page("", f'<meta http-equiv="refresh" content="0;url=https://x.example/?a=b&amp;t={t}">'),
    "html: SVG's text": lambda t: page(f"<svg><text><tspan>{t[:9]}</tspan><tspan>{t[9:]}</tspan></text></svg>"),
    "html: SVG's description": lambda t: page(f"<svg><desc>{t}</desc></svg>"),
    "html: MathML": lambda t: page(f"<math><mtext>{t[:9]}</mtext><mtext>{t[9:]}</mtext></math>"),
    "html: annotation of MathML": lambda t: page(f"<math><annotation encoding=\"x\">{t}</annotation></math>"),
    "html: conditional comment": lambda t: page(f"<!--[if mso]><p>{t[:9]}<b>{t[9:]}</b></p><![endif]-->"),
    "html: conditional comment that shows": lambda t: page(f"<![if !mso]><p>{t[:9]}<b>{t[9:]}</b></p><![endif]>"),
    "html: XML of Office": lambda t: page(f"<!--[if gte mso 9]><xml><o:DocumentProperties><o:Keywords>{t}</o:Keywords></o:DocumentProperties></xml><![endif]-->"),
    "html: comment, cut by tags": lambda t: page(f"<!-- <p>{t[:9]}<b>{t[9:]}</b></p> -->"),
    "html: shape's alternate text": lambda t: page(f'<!--[if gte vml 1]><v:shape alt="the key&#10;{t}"></v:shape><![endif]-->'),
    "html: form's value": lambda t: page(f'<form><input type="text" value="{t}"></form>'),
    "html: hidden input": lambda t: page(f'<input type=hidden name=k value={t}>'),
    "html: text area": lambda t: page(f"<textarea>{t[:9]}&#{ord(t[9])};{t[10:]}</textarea>"),
    "html: option": lambda t: page(f'<select><option value="{t}">prod</option></select>'),
    "html: noscript": lambda t: page(f"<noscript><p>{t[:9]}<b>{t[9:]}</b></p></noscript>"),
    "html: title": lambda t: ("a.html", f"<html><head><title>k {t}</title></head><body><p>x</p></body></html>".encode()),
    "html: url() in a style": lambda t: page(f"<p style=\"background:url('data:text/plain;base64,{b64(('key ' + t + ' x').encode())}')\">x</p>"),
    "html: url() of SVG in a style": lambda t: page("", f"<style>p {{ background: url(data:image/svg+xml;base64,{b64(SVG.format(t).encode())}) }}</style>"),
    "html: srcset": lambda t: page(f'<img srcset="https://x.example/a.png?t={t} 1x, b.png 2x">'),
    "html: data: URI of HTML": lambda t: page(f'<a href="data:text/html;base64,{b64(f"<html><body><p>{t[:9]}<b>{t[9:]}</b></p></body></html>".encode())}">x</a>'),
    "html: link in a base": lambda t: page("", f'<base href="https://x.example/{t}/">'),
    "html: wbr and zero width": lambda t: page(f"<p>{t[:9]}<wbr>{t[9:20]}&#8203;{t[20:]}</p>"),
    "html: character a cell": lambda t: page("<p>" + "".join(f"<span>{c}</span>" for c in t) + "</p>"),
    "html: CDATA": lambda t: page(f"<svg><![CDATA[{t}]]></svg>"),
    "html: xmp": lambda t: page(f"<xmp>{t}</xmp>"),
    "rtf: datafield": lambda t: rtf("{\\field{\\*\\fldinst DOCVARIABLE x{\\*\\datafield " + wide(t) + "}}{\\fldrslt x}}"),
    "rtf: datafield on lines": lambda t: rtf("{\\field{\\*\\fldinst X{\\*\\datafield \r\n" + "\r\n".join(wide(t)[i:i + 38] for i in range(0, 160, 38)) + "}}{\\fldrslt x}}"),
    "rtf: datafield after odd bytes": lambda t: rtf("{\\field{\\*\\fldinst X{\\*\\datafield 00d0c9ea79f9bace118c8200aa004ba90b0200000017" + wide(t) + "0000}}{\\fldrslt x}}"),
    "rtf: object": lambda t: rtf(ole_writer.rtf_object("a.txt", b"key " + t.encode())),
    "rtf: workbook in an object": lambda t: rtf(ole_writer.rtf_object("a.xlsx", xlsx([[t]]))),
    "rtf: object of another class": lambda t: rtf("{\\object{\\*\\objclass Word.Document.8}{\\*\\objdata " + ole_writer.document(ole_writer.word([(t, True)])).hex() + "}}"),
    "rtf: document variable": lambda t: rtf("{\\*\\docvar {k}{" + t + "}}"),
    "rtf: document variable with escapes": lambda t: rtf("{\\*\\docvar {k}{" + t[:9] + f"\\'{ord(t[9]):02x}" + t[10:] + "}}"),
    "rtf: user's properties": lambda t: rtf("{\\*\\userprops {\\propname k}\\proptype30{\\staticval " + t[:9] + "\r\n" + t[9:] + "}}"),
    "rtf: field's instruction": lambda t: rtf("{\\field{\\*\\fldinst {\\b HYPERLINK \"https://x.example/?t=" + t[:9] + "}{\\i " + t[9:] + "\"}}{\\fldrslt x}}"),
    "rtf: form field": lambda t: rtf("{\\field{\\*\\fldinst FORMTEXT {\\*\\formfield{\\fftype0{\\*\\ffdeftext " + t + "}}}}{\\fldrslt x}}"),
    "rtf: runs": lambda t: rtf("{\\b " + t[:9] + "}{\\i " + t[9:20] + "}\\u8203?" + t[20:]),
    "rtf: Unicode characters": lambda t: rtf("".join(f"\\u{ord(c)}?" for c in t)),
    "rtf: hidden": lambda t: rtf("{\\v " + t[:9] + "{\\b " + t[9:] + "}}"),
    "rtf: deleted": lambda t: rtf("{\\deleted " + t + "}"),
    "rtf: footnote": lambda t: rtf("x{\\footnote " + t[:9] + "{\\b " + t[9:] + "}}"),
    "rtf: annotation": lambda t: rtf("x{\\*\\annotation " + t[:9] + "{\\b " + t[9:] + "}}"),
    "rtf: picture's bytes": lambda t: rtf("{\\pict\\pngblip " + (PNG[:60] + t.encode()).hex() + "}"),
    "rtf: picture's alternate text": lambda t: rtf("{\\shp{\\*\\shpinst{\\sp{\\sn wzDescription}{\\sv " + t + "}}}}"),
    "rtf: unknown destination": lambda t: rtf("{\\*\\xyzzy " + t + "}"),
    "rtf: unknown destination in hexadecimal": lambda t: rtf("{\\*\\xyzzy " + wide(t) + "}"),
    "rtf: text behind the end": lambda t: ("a.rtf", b"{\\rtf1 hello}" + b"\r\n" + t.encode()),
    "rtf: custom XML": lambda t: rtf("{\\*\\datastore " + ole_writer.document({"x": t.encode("utf-16-le")}).hex() + "}"),
    "rtf: mail merge": lambda t: rtf("{\\*\\mailmerge{\\mmconnectstr Provider=X;Password=" + t + ";}}"),
    "ics: description": lambda t: event("DESCRIPTION:use this key\\, please: " + t),
    "ics: HTML description": lambda t: event(f"X-ALT-DESC;FMTTYPE=text/html:<html><body><p>key: {t}</p></body></html>"),
    "ics: HTML description, cut by tags": lambda t: event(f"X-ALT-DESC;FMTTYPE=text/html:<!DOCTYPE HTML><html><body>\\n<p>key: {t[:9]}<b>{t[9:20]}</b><wbr>{t[20:]}</p></body></html>"),
    "ics: HTML description with references": lambda t: event(f"X-ALT-DESC;FMTTYPE=text/html:<html><body><p>key: {t[:9]}&#{ord(t[9])}\\;{t[10:]}</p></body></html>"),
    "ics: styled description of today": lambda t: event(f"STYLED-DESCRIPTION;VALUE=TEXT;FMTTYPE=text/html:<html><body><p>{t[:9]}<b>{t[9:]}</b></p></body></html>"),
    "ics: HTML in a description": lambda t: event(f"DESCRIPTION:<p>key: {t[:9]}<b>{t[9:]}</b><br></p>"),
    "ics: HTML in a parameter": lambda t: event(f'DESCRIPTION;ALTREP="data:text/html,%3Cp%3E{t[:9]}%3Cb%3E{t[9:]}%3C%2Fb%3E%3C%2Fp%3E":x'),
    "ics: attached file": lambda t: event(f"ATTACH;FMTTYPE=text/plain;ENCODING=BASE64;VALUE=BINARY:{b64(('the key is ' + t).encode())}"),
    "ics: attached workbook": lambda t: event(f"ATTACH;FILENAME=a.xlsx;ENCODING=BASE64;VALUE=BINARY:{b64(xlsx([[t]]))}"),
    "ics: attached data: URI": lambda t: event(f"ATTACH:data:text/plain;base64,{b64(('the key is ' + t).encode())}"),
    "ics: data: URI of a workbook": lambda t: event(f"ATTACH:data:application/x;base64,{b64(xlsx([[t]]))}"),
    "ics: attendee's name": lambda t: event(f'ATTENDEE;CN="{t}":mailto:a@corp.example'),
    "ics: conference": lambda t: event(f"CONFERENCE;VALUE=URI:https://x.example/j?pwd={t}"),
    "ics: alarm": lambda t: event("BEGIN:VALARM", f"DESCRIPTION:{t}", "END:VALARM"),
    "vcf: note": lambda t: card(f"NOTE:user bob\\npassword\\: {t}"),
    "vcf: key": lambda t: card(f"KEY;ENCODING=b:{b64(('the key is ' + t).encode())}"),
    "vcf: photo": lambda t: card(f"PHOTO;ENCODING=b;TYPE=JPEG:{b64(bytes.fromhex('ffd8ffe000104a464946000101') + bytes(20) + t.encode())}"),
    "vcf: key as data: URI": lambda t: card(f"KEY:data:application/x;base64,{b64(('the key is ' + t).encode())}", version="4.0"),
    "vcf: note in quoted-printable": lambda t: ("a.vcf", ("BEGIN:VCARD\r\nVERSION:2.1\r\nNOTE;ENCODING=QUOTED-PRINTABLE:" + quopri.encodestring(f"k=ü {t}".encode()).decode().replace("\n", "\r\n") + "\r\nEND:VCARD\r\n").encode()),
    "vcf: agent": lambda t: card(f"AGENT:BEGIN:VCARD\\nFN:x\\nNOTE:{t}\\nEND:VCARD"),
    "ipynb: HTML output": lambda t: notebook(output({"text/html": [f"<div>key {t}</div>"]})),
    "ipynb: HTML output, cut by tags": lambda t: notebook(output({"text/html": ["<div>\n", f"<p>key {t[:9]}<b>{t[9:20]}</b>", f"<i>{t[20:]}</i></p></div>"]})),
    "ipynb: HTML output in one string": lambda t: notebook(output({"text/html": f"<table><tr><td>{t[:9]}<b>{t[9:]}</b></td></tr></table>"})),
    "ipynb: SVG output": lambda t: notebook(output({"image/svg+xml": [f"<svg><text>{t[:9]}", f"<tspan>{t[9:]}</tspan></text></svg>"]})),
    "ipynb: output over list entries": lambda t: notebook(output({"text/plain": [t[:9], t[9:]]})),
    "ipynb: HTML in markdown": lambda t: notebook(markdown([f"# k\n", f"<b>{t[:9]}</b>", t[9:]])),
    "ipynb: JSON output": lambda t: notebook(output({"application/json": {"a": [{"k": t}]}})),
    "ipynb: attachment": lambda t: notebook(markdown(["![a](attachment:a.txt)"], attachments={"a.txt": {"text/plain": b64(f"the key is {t}".encode())}})),
    "ipynb: attached workbook": lambda t: notebook(markdown(["![a](attachment:a.xlsx)"], attachments={"a.xlsx": {"application/x": b64(xlsx([[t]]))}})),
    "ipynb: PDF output": lambda t: notebook(output({"application/pdf": b64(b"%PDF-1.4\n1 0 obj<</Title(" + t.encode() + b")>>endobj\n")})),
    "ipynb: state of a widget": lambda t: notebook(output({"application/vnd.jupyter.widget-view+json": {"model_id": "1"}}), markdown(["x"], metadata={"k": {"value": t}})),
    "ipynb: bytes behind a picture": lambda t: notebook(output({"image/png": b64(PNG + b"tEXtkey\0" + t.encode() + b"\0") + "\n"})),
}

SILENT = set()

GAPS = {
    "ipynb: picture": ("picture", lambda t: notebook(output({"image/png": b64(PNG) + "\n", "text/plain": ["<Figure>"]}))),
    "ipynb: picture in lines": ("picture", lambda t: notebook(output({"image/png": [b64(PNG)[i:i + 76] + "\n" for i in range(0, len(b64(PNG)), 76)]}))),
    "ipynb: attached picture": ("picture", lambda t: notebook(markdown(["![a](attachment:a.png)"], attachments={"a.png": {"image/png": b64(PNG)}}))),
    "html: picture in a data: URI": ("picture", lambda t: page(f'<img src="data:image/png;base64,{b64(PNG)}">')),
    "ics: attached picture": ("picture", lambda t: event(f"ATTACH;FMTTYPE=image/png;ENCODING=BASE64;VALUE=BINARY:{b64(PNG)}")),
    "vcf: photo as data: URI": ("picture", lambda t: card(f"PHOTO:data:image/png;base64,{b64(PNG)}", version="4.0")),
    "rtf: picture": ("picture", lambda t: rtf("{\\pict\\pngblip " + PNG.hex() + "}")),
}
