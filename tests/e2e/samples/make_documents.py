#!/usr/bin/env python3
"""make_documents.py OUT - the documents of samples/documents and samples/lock, by a LibreOffice with python3-uno. Each place that a format has gets a token of its own
(harness.github_token: "real NAME PLACE"). Not run by the tests: what it wrote is kept, since each LibreOffice writes something else. What a place is called, and whether an
export filter writes it at all, stands in documents/places.tsv."""
import json
import pathlib
import subprocess
import sys
import tempfile
import time

import uno
from com.sun.star.awt import Point, Size
from com.sun.star.beans import PropertyValue

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
from harness import github_token  # noqa: E402

OUT = sys.argv[1]


def prop(name, value):
    made = PropertyValue()
    made.Name, made.Value = name, value
    return made


so = subprocess.Popen(["soffice", "--headless", "--norestore", f"-env:UserInstallation=file://{tempfile.mkdtemp()}", "--accept=pipe,name=samples;urp;"])
ctx = uno.getComponentContext()
res = ctx.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", ctx)
for _ in range(60):
    try:
        c = res.resolve("uno:pipe,name=samples;urp;StarOffice.ComponentContext")
        break
    except Exception:
        time.sleep(0.5)
desk = c.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", c)
planted = {}


class Doc:
    def __init__(s,name,factory):
        s.name=name; s.places={}; planted[name]=s.places
        s.doc=desk.loadComponentFromURL('private:factory/'+factory,'_blank',0,(prop('Hidden',True),))
        s.smgr=s.doc
    def token(s,place):
        t=github_token(f'real {s.name} {place}'); s.places[place]=t; return t
    def try_(s,place,f):
        try: f(s.token(place))
        except Exception as e:
            del s.places[place]; print('SKIP',s.name,place,repr(e)[:150])
    def new(s,k): return s.doc.createInstance(k)
    def save(s,forms):
        for ext,filt in forms:
            try: s.doc.storeToURL(f'file://{OUT}/{s.name}.{ext}',(prop('FilterName',filt),)+((prop('FilterData',uno.Any('[]com.sun.star.beans.PropertyValue',(prop('ExportNotes',True),prop('ExportFormFields',True),prop('ExportNotesPages',s.name.startswith('impress')),prop('ExportHiddenSlides',True)))),) if ext=='pdf' else ()))
            except Exception as e: print('SAVE',s.name,ext,repr(e)[:200])
        if not s.name.startswith('impress'): s.doc.close(True)
    def props(s):
        p=s.doc.DocumentProperties
        def setp(n):
            return lambda t: setattr(p,n,t)
        s.try_('title',setp('Title')); s.try_('subject',setp('Subject')); s.try_('description',setp('Description'))
        s.try_('keywords',lambda t: setattr(p,'Keywords',(t,))); s.try_('author',setp('Author'))
        s.try_('custom property',lambda t: p.UserDefinedProperties.addProperty('Deploy',128,t))
        s.try_('template name',lambda t: setattr(p,'TemplateName',t))
W=[('docx','MS Word 2007 XML'),('odt','writer8'),('doc','MS Word 97'),('rtf','Rich Text Format'),('pdf','writer_pdf_Export')]
C=[('xlsx','Calc MS Excel 2007 XML'),('ods','calc8'),('xls','MS Excel 97'),('pdf','calc_pdf_Export')]
I=[('pptx','Impress MS PowerPoint 2007 XML'),('odp','impress8'),('ppt','MS PowerPoint 97'),('pdf','impress_pdf_Export')]
PB=uno.getConstantByName('com.sun.star.text.ControlCharacter.PARAGRAPH_BREAK')
def para(d,text):
    t=d.doc.Text; t.insertString(t.getEnd(),text,False); t.insertControlCharacter(t.getEnd(),PB,False)
# writer 1: notes
d=Doc('writer-notes','swriter'); T=d.doc.Text
d.try_('body',lambda t: para(d,'The token is '+t))
st=d.doc.StyleFamilies.getByName('PageStyles').getByName('Standard')
def hdr(n):
    def f(t):
        setattr(st,n+'IsOn',True); getattr(st,n+'Text').setString('head '+t)
    return f
d.try_('header',hdr('Header')); d.try_('footer',hdr('Footer'))
def first(t):
    st.FirstIsShared=False; st.HeaderTextFirst.setString('first '+t)
d.try_('first page header',first)
def left(t):
    st.HeaderIsShared=False; st.HeaderTextLeft.setString('left '+t)
d.try_('left header',left)
def note(kind):
    def f(t):
        n=d.new('com.sun.star.text.'+kind); T.insertTextContent(T.getEnd(),n,False); n.setString('note '+t); para(d,'')
    return f
d.try_('footnote',note('Footnote')); d.try_('endnote',note('Endnote'))
def comment(t):
    a=d.new('com.sun.star.text.textfield.Annotation'); a.Content='see '+t; a.Author='Ann'
    T.insertTextContent(T.getEnd(),a,False); para(d,'')
d.try_('comment',comment)
def author(t):
    a=d.new('com.sun.star.text.textfield.Annotation'); a.Content='x'; a.Author=t
    T.insertTextContent(T.getEnd(),a,False); para(d,'')
d.try_('comment author',author)
def link(t):
    cur=T.createTextCursorByRange(T.getEnd()); T.insertString(cur,'a link',True); cur.HyperLinkURL='https://x.example/?t='+t; para(d,'')
d.try_('hyperlink',link)
def bm(t):
    b=d.new('com.sun.star.text.Bookmark'); b.Name=t; T.insertTextContent(T.getEnd(),b,False)
d.try_('bookmark name',bm)
def tbl(t):
    x=d.new('com.sun.star.text.TextTable'); x.initialize(2,2); T.insertTextContent(T.getEnd(),x,False); x.getCellByName('B2').setString(t); para(d,'')
d.try_('table cell',tbl)
def nested(t):
    x=d.new('com.sun.star.text.TextTable'); x.initialize(1,1); T.insertTextContent(T.getEnd(),x,False); cell=x.getCellByName('A1')
    y=d.new('com.sun.star.text.TextTable'); y.initialize(1,2); cell.insertTextContent(cell.createTextCursor(),y,False); y.getCellByName('B1').setString(t); para(d,'')
d.try_('nested table',nested)
d.props(); d.save(W)
# writer 2: objects
d=Doc('writer-objects','swriter'); T=d.doc.Text
d.try_('body',lambda t: para(d,'The token is '+t))
def frame(t):
    f=d.new('com.sun.star.text.TextFrame'); f.Size=Size(6000,2000); T.insertTextContent(T.getEnd(),f,False); f.Text.setString('box '+t); para(d,'')
d.try_('text frame',frame)
def shape(t):
    s=d.new('com.sun.star.drawing.RectangleShape'); s.Size=Size(9000,3000); s.Position=Point(1000,1000); T.insertTextContent(T.getEnd(),s,False); s.setString('shape '+t); para(d,'')
d.try_('shape text',shape)
def alt(field):
    def f(t):
        s=d.new('com.sun.star.drawing.RectangleShape'); s.Size=Size(3000,1000); T.insertTextContent(T.getEnd(),s,False); setattr(s,field,t); para(d,'')
    return f
d.try_('alt title',alt('Title')); d.try_('alt description',alt('Description')); d.try_('shape name',alt('Name'))
def ole(t):
    o=d.new('com.sun.star.text.TextEmbeddedObject'); o.CLSID='47BBB4CB-CE4C-4E80-a591-42d9ae74950f'; T.insertTextContent(T.getEnd(),o,False)
    o.getEmbeddedObject().Sheets.getByIndex(0).getCellByPosition(0,0).String=t; para(d,'')
d.try_('embedded spreadsheet',ole)
def ctl(kind,setter):
    def f(t):
        m=d.new('com.sun.star.form.component.'+kind); setter(m,t)
        s=d.new('com.sun.star.drawing.ControlShape'); s.Size=Size(5000,800); s.Position=Point(500,500); s.Control=m
        d.doc.DrawPage.add(s)
    return f
d.try_('form text field',ctl('TextField',lambda m,t: (setattr(m,'Name','deploy'),setattr(m,'DefaultText',t),setattr(m,'Text',t))))
d.try_('form help text',ctl('TextField',lambda m,t: (setattr(m,'Name','h'),setattr(m,'HelpText',t))))
d.try_('form list item',ctl('ListBox',lambda m,t: (setattr(m,'Name','l'),setattr(m,'StringItemList',('one',t)))))
d.try_('form button label',ctl('CommandButton',lambda m,t: (setattr(m,'Name','b'),setattr(m,'Label',t))))
def cc(t):
    cur=T.createTextCursorByRange(T.getEnd()); T.insertString(cur,'filled',True); x=d.new('com.sun.star.text.ContentControl'); T.insertTextContent(cur,x,True); x.Alias=t; para(d,'')
d.try_('content control alias',cc)
def cct(t):
    cur=T.createTextCursorByRange(T.getEnd()); T.insertString(cur,t,True); x=d.new('com.sun.star.text.ContentControl'); T.insertTextContent(cur,x,True); para(d,'')
d.try_('content control text',cct)
def group(t):
    p=d.doc.DrawPage; a=d.new('com.sun.star.drawing.RectangleShape'); b=d.new('com.sun.star.drawing.RectangleShape')
    for k,s in enumerate((a,b)):
        s.Size=Size(4000,1500); s.Position=Point(1000+5000*k,15000); s.AnchorType=uno.Enum('com.sun.star.text.TextContentAnchorType','AT_PARAGRAPH'); p.add(s)
    a.setString(t); g=c.ServiceManager.createInstanceWithContext('com.sun.star.drawing.ShapeCollection',c); g.add(a); g.add(b); p.group(g)
d.try_('grouped shape',group)
def eq(t):
    o=d.new('com.sun.star.text.TextEmbeddedObject'); o.CLSID='078B7ABA-54FC-457F-8551-6147e776a997'; T.insertTextContent(T.getEnd(),o,False); o.getEmbeddedObject().Formula='"'+t+'"'; para(d,'')
d.try_('formula object',eq)
d.props(); d.save(W)
# writer 3: review
d=Doc('writer-review','swriter'); T=d.doc.Text
d.try_('body',lambda t: para(d,'The token is '+t))
para(d,'some text before the changes'); 
def deleted(t):
    para(d,'old '+t+' gone'); d.doc.RecordChanges=True
    cur=T.createTextCursor(); cur.gotoEnd(False); cur.goLeft(1,False); cur.gotoStartOfParagraph(True); cur.setString(''); d.doc.RecordChanges=False; para(d,'after')
d.try_('deleted text',deleted)
def inserted(t):
    d.doc.RecordChanges=True; para(d,'new '+t); d.doc.RecordChanges=False
d.try_('inserted text',inserted)
def hidden(t):
    cur=T.createTextCursorByRange(T.getEnd()); cur.CharHidden=True; T.insertString(cur,'hid '+t,False); cur=T.createTextCursorByRange(T.getEnd()); T.insertControlCharacter(T.getEnd(),PB,False); e=T.createTextCursorByRange(T.getEnd()); e.CharHidden=False
d.try_('hidden text',hidden)
def userfield(t):
    m=d.new('com.sun.star.text.FieldMaster.User'); m.Name='Deploy'; m.Content=t; f=d.new('com.sun.star.text.TextField.User'); f.attachTextFieldMaster(m); T.insertTextContent(T.getEnd(),f,False); para(d,'')
d.try_('user field',userfield)
def unusedfield(t):
    m=d.new('com.sun.star.text.FieldMaster.User'); m.Name='Unused'; m.Content=t
d.try_('unused user field',unusedfield)
def inputfield(t):
    f=d.new('com.sun.star.text.TextField.Input'); f.Content=t; f.Hint='hint'; T.insertTextContent(T.getEnd(),f,False); para(d,'')
d.try_('input field',inputfield)
def inputhint(t):
    f=d.new('com.sun.star.text.TextField.Input'); f.Content='c'; f.Hint=t; T.insertTextContent(T.getEnd(),f,False); para(d,'')
d.try_('input field hint',inputhint)
def cond(t):
    f=d.new('com.sun.star.text.TextField.HiddenText'); f.Condition='1'; f.Content=t; T.insertTextContent(T.getEnd(),f,False); para(d,'')
d.try_('hidden text field',cond)
def script(t):
    f=d.new('com.sun.star.text.TextField.Script'); f.ScriptType='JavaScript'; f.Content='var t="'+t+'"'; T.insertTextContent(T.getEnd(),f,False); para(d,'')
d.try_('script field',script)
def section(t):
    cur=T.createTextCursorByRange(T.getEnd()); s=d.new('com.sun.star.text.TextSection'); s.Name='sec'; T.insertTextContent(cur,s,False); T.insertString(s.Anchor.Start,'in section '+t,False); s.IsVisible=False; para(d,'')
d.try_('hidden section',section)
def idx(t):
    m=d.new('com.sun.star.text.DocumentIndexMark'); m.setMarkEntry(t); T.insertTextContent(T.getEnd(),m,False); para(d,'')
d.try_('index mark',idx)
def split(t):
    for k in range(0,len(t),5):
        cur=T.createTextCursorByRange(T.getEnd()); cur.CharWeight=150.0 if (k//5)%2 else 100.0; T.insertString(cur,t[k:k+5],False)
    para(d,'')
d.try_('split over runs',split)
def ruby(t):
    cur=T.createTextCursorByRange(T.getEnd()); T.insertString(cur,'base',True); cur.RubyText=t; para(d,'')
d.try_('ruby',ruby)
def bib(t):
    f=d.new('com.sun.star.text.TextField.Bibliography'); f.Fields=(prop('Identifier','X1'),prop('Note',t),prop('Title','book')); T.insertTextContent(T.getEnd(),f,False); para(d,'')
d.try_('bibliography note',bib)
d.props(); d.save(W)
# calc 1
d=Doc('calc-sheets','scalc'); S=d.doc.Sheets; s0=S.getByIndex(0)
d.try_('cell',lambda t: setattr(s0.getCellByPosition(0,0),'String',t))
def hs(t):
    S.insertNewByName('Hidden',1); h=S.getByIndex(1); h.getCellByPosition(2,3).String=t; h.IsVisible=False
d.try_('hidden sheet',hs)
def com(t):
    s0.Annotations.insertNew(s0.getCellByPosition(1,1).CellAddress,'note '+t)
d.try_('cell comment',com)
d.try_('formula string',lambda t: setattr(s0.getCellByPosition(0,2),'Formula','="'+t+'"&"x"'))
d.try_('formula part',lambda t: setattr(s0.getCellByPosition(0,3),'Formula','=IF(LEN("'+t+'")>1;1;0)'))
def hr(t):
    s0.getCellByPosition(0,5).String=t; s0.Rows.getByIndex(5).IsVisible=False
d.try_('hidden row',hr)
def link(t):
    cell=s0.getCellByPosition(0,7); f=d.new('com.sun.star.text.TextField.URL'); f.URL='https://x.example/?t='+t; f.Representation='link'; cell.insertTextContent(cell.createTextCursor(),f,False)
d.try_('hyperlink',link)
def rich(t):
    cell=s0.getCellByPosition(0,8); cur=cell.createTextCursor()
    for k in range(0,len(t),7):
        cur.gotoEnd(False); cur.CharWeight=150.0 if (k//7)%2 else 100.0; cell.insertString(cur,t[k:k+7],False)
d.try_('rich text cell',rich)
d.try_('long cell',lambda t: setattr(s0.getCellByPosition(0,9),'String','word '*1500+t))
d.try_('sheet name',lambda t: S.insertNewByName(t[:31],2) if False else None) if False else None
for k in range(200): s0.getCellByPosition(4,k).String='filler %d'%k
d.try_('last cell',lambda t: setattr(s0.getCellByPosition(200,900),'String',t))
d.props(); d.save(C)
# calc 2
d=Doc('calc-objects','scalc'); S=d.doc.Sheets; s0=S.getByIndex(0); s0.getCellByPosition(0,0).String='x'
ps=d.doc.StyleFamilies.getByName('PageStyles').getByName('Default')
def hf(n):
    def f(t):
        setattr(ps,n.split(':')[0]+'IsOn',True); x=getattr(ps,'RightPage'+n.split(':')[0]+'Content'); getattr(x,n.split(':')[1]).setString(t); setattr(ps,'RightPage'+n.split(':')[0]+'Content',x)
    return f
d.try_('page header',hf('Header:LeftText')); d.try_('page footer',hf('Footer:RightText'))
d.try_('named expression',lambda t: d.doc.NamedRanges.addNewByName('deploy','"'+t+'"',s0.getCellByPosition(0,0).CellAddress,0))
def val(n):
    def f(t):
        cell=s0.getCellByPosition(3,{'InputTitle':1,'InputMessage':2,'ErrorMessage':3,'ErrorTitle':4}[n]); v=cell.Validation; v.Type=uno.Enum('com.sun.star.sheet.ValidationType','WHOLE'); v.setFormula1('1'); v.setFormula2('9'); setattr(v,n,t); v.ShowInputMessage=True; v.ShowErrorMessage=True; cell.Validation=v
    return f
d.try_('validation message',val('InputMessage')); d.try_('validation error',val('ErrorMessage'))
def vlist(t):
    cell=s0.getCellByPosition(3,6); v=cell.Validation; v.Type=uno.Enum('com.sun.star.sheet.ValidationType','LIST'); v.setFormula1('"one";"'+t+'"'); cell.Validation=v
d.try_('validation list',vlist)
def shape(t):
    s=d.new('com.sun.star.drawing.RectangleShape'); s.Size=Size(6000,2000); s.Position=Point(3000,3000); s0.DrawPage.add(s); s.setString(t)
d.try_('shape text',shape)
def alt(t):
    s=d.new('com.sun.star.drawing.RectangleShape'); s.Size=Size(600,200); s.Position=Point(13000,3000); s0.DrawPage.add(s); s.Description=t
d.try_('alt description',alt)
def chart(t):
    from com.sun.star.awt import Rectangle
    s0.getCellRangeByName('A20:B22').setDataArray((('a',1.0),('b',2.0),('c',3.0)))
    r=s0.getCellRangeByName('A20:B22').RangeAddress; s0.Charts.addNewByName('Ch',Rectangle(1000,9000,8000,5000),(r,),False,True); ch=s0.Charts.getByName('Ch').EmbeddedObject; ch.HasMainTitle=True; ch.Title.String=t
d.try_('chart title',chart)
def ctl(t):
    m=d.new('com.sun.star.form.component.TextField'); m.Name='f'; m.Text=t; m.DefaultText=t; s=d.new('com.sun.star.drawing.ControlShape'); s.Size=Size(5000,800); s.Position=Point(500,500); s.Control=m; s0.DrawPage.add(s)
d.try_('form text field',ctl)
def btn(t):
    m=d.new('com.sun.star.form.component.CommandButton'); m.Name='b'; m.Label=t; s=d.new('com.sun.star.drawing.ControlShape'); s.Size=Size(5000,800); s.Position=Point(500,2500); s.Control=m; s0.DrawPage.add(s)
d.try_('form button label',btn)
def scen(t):
    s0.getCellByPosition(6,6).String='1'; s0.Scenarios.addNewByName('sc',(s0.getCellRangeByName('G7:G8').RangeAddress,),t)
d.try_('scenario comment',scen)
def cf(t):
    r=s0.getCellRangeByName('H1:H3'); x=r.ConditionalFormat; x.addNew((prop('Operator',uno.Enum('com.sun.star.sheet.ConditionOperator','EQUAL')),prop('Formula1','"'+t+'"'),prop('StyleName','Heading'))); r.ConditionalFormat=x
d.try_('conditional format',cf)
def nf(t):
    k=d.doc.NumberFormats.addNew('0 "'+t+'"',uno.createUnoStruct('com.sun.star.lang.Locale','en','US','')); cc=s0.getCellByPosition(8,0); cc.Value=5; cc.NumberFormat=k
d.try_('number format',nf)
def dbr(t):
    s0.getCellRangeByName('K1:K4').setDataArray((('h',),('a',),(t,),('b',))); f=s0.getCellRangeByName('K1:K4').createFilterDescriptor(True); ff=uno.createUnoStruct('com.sun.star.sheet.TableFilterField'); ff.Field=0; ff.Operator=uno.Enum('com.sun.star.sheet.FilterOperator','EQUAL'); ff.StringValue='a'; f.setFilterFields((ff,)); f.ContainsHeader=True; s0.getCellRangeByName('K1:K4').filter(f)
d.try_('filtered row',dbr)
d.props(); d.save(C)
# calc 3: big
d=Doc('calc-table','scalc'); s0=d.doc.Sheets.getByIndex(0)
rows=[]
for k in range(300): rows.append(('row %d'%k, float(k), 'user%d@example.org'%k))
s0.getCellRangeByPosition(0,0,2,299).setDataArray(tuple(rows))
for k in (0,57,299):
    d.try_('row %d'%k,lambda t,k=k: setattr(s0.getCellByPosition(3,k),'String',t))
d.try_('date-like text',lambda t: setattr(s0.getCellByPosition(3,100),'String',"'"+t))
def pv(t):
    s0.getCellRangeByName('M1:N4').setDataArray((('name','n'),(t,1.0),('b',2.0),('c',3.0)))
    tabs=s0.DataPilotTables; ds=tabs.createDataPilotDescriptor(); ds.setSourceRange(s0.getCellRangeByName('M1:N4').RangeAddress)
    f=ds.DataPilotFields; f.getByIndex(0).Orientation=uno.Enum('com.sun.star.sheet.DataPilotFieldOrientation','ROW'); f.getByIndex(1).Orientation=uno.Enum('com.sun.star.sheet.DataPilotFieldOrientation','DATA')
    tabs.insertNewByName('P',s0.getCellRangeByName('Q1').RangeAddress.__class__ and s0.getCellByPosition(16,0).CellAddress,ds)
d.try_('pivot source',pv)
d.props(); d.save(C)
# impress
def noteof(d,p,t):
    s=d.new('com.sun.star.presentation.NotesShape'); s.Size=Size(12000,6000); s.Position=Point(2000,14000); p.NotesPage.add(s); s.setString('say '+t)
def text(d,page,t,y=1000):
    s=d.new('com.sun.star.drawing.TextShape'); s.Size=Size(12000,2000); s.Position=Point(1000,y); page.add(s); s.setString(t); return s
d=Doc('impress-slides','simpress'); P=d.doc.DrawPages; p0=P.getByIndex(0)
d.try_('slide text',lambda t: text(d,p0,'deploy '+t))
d.try_('speaker note',lambda t: noteof(d,p0,t))
def hid(t):
    p=P.insertNewByIndex(1); p.Visible=False; text(d,p,t)
d.try_('hidden slide',hid)
d.try_('master text',lambda t: text(d,d.doc.MasterPages.getByIndex(0),t,9000))
d.try_('comment',lambda t: (lambda a: a.TextRange.setString(t))(p0.createAndInsertAnnotation()))
d.try_('footer',lambda t: (setattr(p0,'IsFooterVisible',True),setattr(p0,'FooterText',t)))
d.try_('date text',lambda t: (setattr(p0,'IsDateTimeVisible',True),setattr(p0,'IsDateTimeFixed',True),setattr(p0,'DateTimeText',t)))
d.try_('notes header',lambda t: (setattr(p0.NotesPage,'IsHeaderVisible',True),setattr(p0.NotesPage,'HeaderText',t)))
d.try_('slide name',lambda t: setattr(P.insertNewByIndex(2),'Name',t))
def link(t):
    s=text(d,p0,'',4000); f=d.new('com.sun.star.text.TextField.URL'); f.URL='https://x.example/?t='+t; f.Representation='link'; s.insertTextContent(s.createTextCursor(),f,False)
d.try_('hyperlink',link)
d.props(); d.save(I)
d=Doc('impress-objects','simpress'); P=d.doc.DrawPages; p0=P.getByIndex(0)
def tbl(t):
    s=d.new('com.sun.star.drawing.TableShape'); s.Size=Size(9000,3000); s.Position=Point(1000,1000); p0.add(s); s.Model.Rows.insertByIndex(0,1); s.Model.Columns.insertByIndex(0,1); s.Model.getCellByPosition(1,1).setString(t)
d.try_('table cell',tbl)
def alt(n):
    def f(t):
        s=d.new('com.sun.star.drawing.RectangleShape'); s.Size=Size(600,200); s.Position=Point(13000,3000); p0.add(s); setattr(s,n,t)
    return f
for n in ('Title','Description','Name'): d.try_('alt '+n.lower(),alt(n))
def group(t):
    a=text(d,p0,t,6000); b=text(d,p0,'b',8000); g=c.ServiceManager.createInstanceWithContext('com.sun.star.drawing.ShapeCollection',c); g.add(a); g.add(b); p0.group(g)
d.try_('grouped text',group)
def ole(t):
    o=d.new('com.sun.star.drawing.OLE2Shape'); o.Size=Size(9000,4000); o.Position=Point(2000,9000); p0.add(o); o.CLSID='47BBB4CB-CE4C-4E80-a591-42d9ae74950f'; o.Model.Sheets.getByIndex(0).getCellByPosition(0,0).String=t
d.try_('embedded spreadsheet',ole)
def chart(t):
    o=d.new('com.sun.star.drawing.OLE2Shape'); o.Size=Size(9000,4000); o.Position=Point(2000,9000); p0.add(o); o.CLSID='12dcae26-281f-416f-a234-c3086127382e'; o.Model.HasMainTitle=True; o.Model.Title.String=t
d.try_('chart title',chart)
def custom(t):
    s=d.new('com.sun.star.drawing.CustomShape'); s.Size=Size(6000,2000); s.Position=Point(1000,12000); p0.add(s); s.setString(t)
d.try_('custom shape text',custom)
def ctl(t):
    m=d.new('com.sun.star.form.component.TextField'); m.Name='f'; m.Text=t; m.DefaultText=t; s=d.new('com.sun.star.drawing.ControlShape'); s.Size=Size(5000,800); s.Position=Point(500,500); s.Control=m; p0.add(s)
d.try_('form text field',ctl)
def interact(t):
    s=d.new('com.sun.star.drawing.RectangleShape'); s.Size=Size(600,200); s.Position=Point(15000,3000); p0.add(s); s.OnClick=uno.Enum('com.sun.star.presentation.ClickAction','DOCUMENT'); s.Bookmark='https://x.example/?t='+t
d.try_('click action',interact)
d.props(); d.save(I)
d=Doc('impress-long','simpress'); P=d.doc.DrawPages
for k in range(12):
    p=P.insertNewByIndex(k); text(d,p,'slide %d of many'%k)
    if k in (0,5,11): d.try_('slide %d'%k,lambda t,p=p: text(d,p,t,4000)); d.try_('note %d'%k,lambda t,p=p: noteof(d,p,t))
def split(t):
    s=text(d,P.getByIndex(3),'',7000); cur=s.createTextCursor()
    for k in range(0,len(t),6):
        cur.gotoEnd(False); cur.CharWeight=150.0 if (k//6)%2 else 100.0; s.insertString(cur,t[k:k+6],False)
d.try_('split over runs',split)
d.props(); d.save(I)
# what is locked: samples/lock
for ext, factory, filt in (("odt", "swriter", "writer8"), ("ods", "scalc", "calc8"), ("odp", "simpress", "impress8")):
    d = Doc("locked", factory)
    token = github_token("locks")
    if ext == "odt":
        d.doc.Text.insertString(d.doc.Text.createTextCursor(), token, False)
    elif ext == "ods":
        d.doc.Sheets.getByIndex(0).getCellByPosition(0, 0).String = token
    else:
        text(d, d.doc.DrawPages.getByIndex(0), token)
    d.doc.storeToURL(f"file://{OUT}/libreoffice.{ext}", (prop("FilterName", filt), prop("Password", "sesame")))
json.dump(planted, open(OUT + "/planted.json", "w"), indent=1)
try:
    desk.terminate()
except Exception:  # it ends before it answers
    pass
