"""olm_writer.py - archives of Outlook for Mac made by our own hand: a zip of XML files, with any field in them.

An Item has fields (a name to a text, or to Raw for XML as it stands) and attachments (name, data, and where the member should lie).
"""
import dataclasses
import io
import zipfile
from xml.sax.saxutils import escape, quoteattr


@dataclasses.dataclass
class Item:
    fields: dict = dataclasses.field(default_factory=dict)
    attachments: list = dataclasses.field(default_factory=list)  # (name, data or None where the archive does not have it, media type)
    kind: str = "email"


class Raw(str):
    """A field's content as it stands."""


def people(*addresses):
    """(address, name) pairs as a field."""
    return Raw("".join(f'<emailAddress xml:space="preserve" OPFContactEmailAddressAddress={quoteattr(address)} OPFContactEmailAddressName={quoteattr(name)} '
                       'OPFContactEmailAddressType="0"></emailAddress>' for address, name in addresses))


def categories(*names):
    return Raw("".join(f'<category xml:space="preserve" OPFCategoryCopyName={quoteattr(name)}></category>' for name in names))


def mail(number, **more):
    """The fields of a message whose Message-ID is <oN@corp.example>."""
    return {"OPFMessageCopyMessageID": f"o{number}@corp.example", "OPFMessageCopySentTime": "2024-01-12T09:30:00", "OPFMessageCopySubject": "note",
            "OPFMessageCopyFromAddresses": people(("alice@corp.example", "Alice")), **more}


def item_xml(item, folder, number):
    fields, members = [], []
    for name, value in item.fields.items():
        fields.append(f'<{name} xml:space="preserve">{value if isinstance(value, Raw) else escape(value)}</{name}>')
    links = []
    for at, (name, data, kind) in enumerate(item.attachments):
        url = f"{folder}com.microsoft.__Attachments/item{number}_{at:04d}"
        links.append(f'<messageAttachment xml:space="preserve" OPFAttachmentContentFileSize="1" OPFAttachmentContentType={quoteattr(kind)} '
                     f'OPFAttachmentName={quoteattr(name)} OPFAttachmentURL={quoteattr(url)}></messageAttachment>')
        if data is not None:
            members.append((url, data))
    if links:
        fields.append(f'<OPFMessageCopyAttachmentList xml:space="preserve">{"".join(links)}</OPFMessageCopyAttachmentList>')
    return f'<{item.kind} xml:space="preserve">{"".join(fields)}</{item.kind}>', members


def file_xml(items, folder, number):
    parts = [item_xml(item, folder, f"{number}_{at}") for at, item in enumerate(items)]
    text = f'<{items[0].kind}s xml:space="preserve" elementCount="{len(items)}">{"".join(xml for xml, _ in parts)}</{items[0].kind}s>'
    return text.encode(), [member for _, members in parts for member in members]


def write_olm(mails, other=(), first=(), folder="Local/com.microsoft.__Messages/Inbox/", method=zipfile.ZIP_DEFLATED):
    """MAILS: Items or (folder, Item), a file each. OTHER: (name, [Item, …]) files. FIRST: (name, data) members that stand before all."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        archive.writestr("Categories.xml", '<categories elementCount="1"><category xml:space="preserve" OPFCategoryCopyName="Family"></category></categories>')
        for name, data in first:
            archive.writestr(name, data)
        archive.writestr(folder, b"")
        for number, given in enumerate(mails):
            where, item = given if isinstance(given, tuple) else (folder, given)
            xml, members = file_xml([item], where, number)
            for at, (name, data) in enumerate(members):  # Outlook writes some before their message, some after it
                if at % 2 == 0:
                    archive.writestr(name, data)
            archive.writestr(f"{where}message_{number:05d}.xml", xml)
            for at, (name, data) in enumerate(members):
                if at % 2:
                    archive.writestr(name, data)
        for name, items in other:
            xml, members = file_xml(items, name.rsplit("/", 1)[0] + "/", name.replace("/", "_"))
            archive.writestr(name, xml)
            for member, data in members:
                archive.writestr(member, data)
    return out.getvalue()
