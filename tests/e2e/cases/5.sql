BEGIN TRANSACTION;
CREATE TABLE access( access INTEGER PRIMARY KEY, log INTEGER NOT NULL REFERENCES access_logs, at INTEGER, until INTEGER, owner TEXT, level TEXT NOT NULL, id TEXT, folder TEXT, ip TEXT, session TEXT, app TEXT, actor TEXT);
INSERT INTO "access" VALUES(1,1,NULL,NULL,NULL,'bind','2@mail.example',NULL,NULL,NULL,NULL,NULL);
CREATE TABLE access_logs( log INTEGER PRIMARY KEY, path TEXT NOT NULL, sha256 BLOB NOT NULL, kind TEXT NOT NULL, filter TEXT NOT NULL, at INTEGER NOT NULL, records INTEGER NOT NULL, kept INTEGER NOT NULL, UNIQUE(sha256, filter));
INSERT INTO "access_logs" VALUES(1,'ids.txt','b3cca4b45b60f52faef13e011eb47d5004e7b5f44db8ae8d8f15ad5713e9bfd8','mail access','ip= session= app= user= since=-9223372036854775808 until=9223372036854775807',1795357269,1,1);
CREATE TABLE copies( copy INTEGER PRIMARY KEY, message INTEGER NOT NULL REFERENCES messages, custodian TEXT NOT NULL, folder TEXT NOT NULL, folder_role TEXT, labels TEXT, path TEXT NOT NULL, input INTEGER NOT NULL REFERENCES inputs, run INTEGER NOT NULL REFERENCES runs, UNIQUE(message, custodian, folder));
INSERT INTO "copies" VALUES(2,2,'alice','',NULL,NULL,'mail/alice.mbox!#2',1,1);
INSERT INTO "copies" VALUES(3,3,'alice','',NULL,NULL,'mail/alice.mbox!#3',1,1);
INSERT INTO "copies" VALUES(4,4,'alice','',NULL,NULL,'mail/alice.mbox!#4',1,1);
INSERT INTO "copies" VALUES(8,4,'bob','',NULL,NULL,'mail/bob.mbox!#2',2,1);
CREATE TABLE findings( finding INTEGER PRIMARY KEY, id BLOB NOT NULL, secret INTEGER NOT NULL REFERENCES secrets, message INTEGER REFERENCES messages, rule TEXT NOT NULL, severity INTEGER NOT NULL, verdict INTEGER NOT NULL, why TEXT NOT NULL, leaf_key TEXT NOT NULL, path TEXT NOT NULL, view TEXT NOT NULL, line INTEGER NOT NULL, col INTEGER NOT NULL, offset INTEGER NOT NULL, before TEXT, after TEXT, is_quoted INTEGER NOT NULL, service TEXT, host TEXT, user TEXT, account TEXT, expires TEXT, parts TEXT, also TEXT, also_rules TEXT, custodian TEXT NOT NULL, input INTEGER NOT NULL REFERENCES inputs, run INTEGER NOT NULL REFERENCES runs, UNIQUE(id, secret, custodian));
INSERT INTO "findings" VALUES(1,X'6050C545EDF0B43FB7F928A232989AD0',1,2,'github-token',4,3,'CRC-32 in the last six characters matches','body','mail/alice.mbox!#2!/1','text',1,8,7,'token: ','

',0,'GitHub',NULL,NULL,NULL,NULL,NULL,NULL,'["key-said"]','alice',1,1);
INSERT INTO "findings" VALUES(2,X'A19C9DD552D87252687A004E0264E6C6',1,3,'github-token',4,3,'CRC-32 in the last six characters matches','body','mail/alice.mbox!#3!/1','text',1,10,9,'> token: ','
thanks

',1,'GitHub',NULL,NULL,NULL,NULL,NULL,NULL,'["key-said"]','alice',1,1);
INSERT INTO "findings" VALUES(3,X'9BBC7903C324FDC276BBEC8FF329804D',2,4,'github-token',4,3,'CRC-32 in the last six characters matches','body','mail/alice.mbox!#4!/1','text',1,11,10,'one more: ','

',0,'GitHub',NULL,NULL,NULL,NULL,NULL,NULL,NULL,'alice',1,1);
INSERT INTO "findings" VALUES(4,X'9BBC7903C324FDC276BBEC8FF329804D',2,4,'github-token',4,3,'CRC-32 in the last six characters matches','body','mail/bob.mbox!#2!/1','text',1,11,10,'one more: ','

',0,'GitHub',NULL,NULL,NULL,NULL,NULL,NULL,NULL,'bob',2,1);
CREATE TABLE gaps( gap INTEGER PRIMARY KEY, id BLOB NOT NULL, kind TEXT NOT NULL, stands_for TEXT NOT NULL, reason TEXT NOT NULL, bytes INTEGER, limit_name TEXT, path TEXT NOT NULL, custodian TEXT NOT NULL, message INTEGER REFERENCES messages, input INTEGER REFERENCES inputs, run INTEGER NOT NULL REFERENCES runs, UNIQUE(id, custodian));
INSERT INTO "gaps" VALUES(1,X'68F943EFC6B3AB7340AACA4DF4F79F8B','damaged','rest','damaged',NULL,NULL,'mail/broken.zip','broken',NULL,3,1);
CREATE TABLE inputs( input INTEGER PRIMARY KEY, path TEXT NOT NULL, key_path TEXT NOT NULL, custodian TEXT NOT NULL, folder TEXT NOT NULL, size INTEGER NOT NULL, mtime INTEGER NOT NULL, sha256 BLOB, rules TEXT NOT NULL, settings TEXT NOT NULL, run INTEGER NOT NULL REFERENCES runs, state TEXT NOT NULL, waiting_run INTEGER);
INSERT INTO "inputs" VALUES(1,'mail/alice.mbox','alice.mbox','mail','',1265,1795357249474537510,X'5157B513EDEC0933A9B60E7A3D24D4721A2A4637AB2253781521AFA9D45AA7DA','00dcb2385471571cb3852a1e93836490c0a9b6639a64bb9ccde5424b58e98158','325f62472ec71374833646d724012ea2c92c8fc9dfc36279363ef8d8d94f39fb',1,'done',NULL);
INSERT INTO "inputs" VALUES(2,'mail/bob.mbox','bob.mbox','mail','',586,1795357249474630670,X'86E0E93308A036B788822D976318295246FF1B3A1D8439CA12165D2DDAD2F432','00dcb2385471571cb3852a1e93836490c0a9b6639a64bb9ccde5424b58e98158','325f62472ec71374833646d724012ea2c92c8fc9dfc36279363ef8d8d94f39fb',1,'done',NULL);
INSERT INTO "inputs" VALUES(3,'mail/broken.zip','broken.zip','mail','',64,1795357249474711902,X'1C9AE219B64BA6CBAB16F0E755D2D640EBAE1E1A771FD65539BAC1B81D86E6B0','00dcb2385471571cb3852a1e93836490c0a9b6639a64bb9ccde5424b58e98158','325f62472ec71374833646d724012ea2c92c8fc9dfc36279363ef8d8d94f39fb',1,'done',NULL);
CREATE TABLE leads( input INTEGER NOT NULL REFERENCES inputs, offset INTEGER NOT NULL, length INTEGER NOT NULL, first INTEGER NOT NULL, ordinal INTEGER NOT NULL, keys BLOB NOT NULL, PRIMARY KEY(input, offset, ordinal)) WITHOUT ROWID;
INSERT INTO "leads" VALUES(1,-1,-1,1,1,X'E5980E81F21059660DA710158AD010BA010190FFA0650000000002000000F333ECA5597BC787A93024610CBAC0B9');
INSERT INTO "leads" VALUES(1,-1,-1,1,2,X'A952998885E5C985C1F3619D3743AE78010091FFA0650000000002000000BD8FD7992A77239AA93024610CBAC0B9');
INSERT INTO "leads" VALUES(1,-1,-1,1,3,X'B7188787965581860D195FA45D19D582010192FFA0650000000002000000C1A0852F300D521EA93024610CBAC0B9');
CREATE TABLE lock_inputs(input INTEGER PRIMARY KEY REFERENCES inputs, file BLOB NOT NULL, is_labelled INTEGER NOT NULL);
INSERT INTO "lock_inputs" VALUES(1,X'2F6D61696C2F616C6963652E6D626F78',0);
CREATE TABLE locked( input INTEGER NOT NULL REFERENCES inputs, offset INTEGER NOT NULL, length INTEGER NOT NULL, first INTEGER NOT NULL, ordinal INTEGER NOT NULL, keys BLOB NOT NULL, gaps BLOB NOT NULL, counts BLOB NOT NULL, tried BLOB, PRIMARY KEY(input, offset, ordinal)) WITHOUT ROWID;
CREATE TABLE marks( mark INTEGER PRIMARY KEY, uid BLOB NOT NULL UNIQUE, at INTEGER NOT NULL, author TEXT NOT NULL, target_kind TEXT NOT NULL, target BLOB NOT NULL, judgement TEXT NOT NULL, note TEXT, undoes BLOB);
INSERT INTO "marks" VALUES(1,X'0451C74CA1A7F1ACAA2BCDCF282118FB',1795357269,'kim','secret',X'5F7D1753984E4EF3F7EC50091517AC5C','rotated','done',NULL);
CREATE TABLE message_people( message INTEGER NOT NULL REFERENCES messages, role TEXT NOT NULL, person INTEGER NOT NULL REFERENCES people, PRIMARY KEY(message, role, person)) WITHOUT ROWID;
INSERT INTO "message_people" VALUES(2,'from',1);
INSERT INTO "message_people" VALUES(3,'to',1);
INSERT INTO "message_people" VALUES(4,'to',1);
INSERT INTO "message_people" VALUES(2,'to',2);
INSERT INTO "message_people" VALUES(3,'from',2);
INSERT INTO "message_people" VALUES(4,'from',3);
INSERT INTO "message_people" VALUES(4,'to',4);
CREATE TABLE messages( message INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, id TEXT, edrm BLOB, date INTEGER, sender TEXT, subject TEXT, thread TEXT, is_thread_guessed INTEGER NOT NULL DEFAULT 0);
INSERT INTO "messages" VALUES(2,X'FA3E0B7B77CC2C2C05EC5036B525FB19','<2@mail.example>',X'19EC249D1BE186E2728363AC44BEE1BC',1705050120,'alice@own.example','note 2','note 2 | alice@own.example buyer@customer.example',1);
INSERT INTO "messages" VALUES(3,X'2943856AD596CCE2741A46B29FD0DBFB','<3@mail.example>',X'0EBE191CF24867332A7E79292B056BBD',1705050180,'buyer@customer.example','note 3','<2@mail.example>',0);
INSERT INTO "messages" VALUES(4,X'A568175CFE124548AB69D94329264312','<4@mail.example>',X'3FED8BC46507F0093040B6D0FC2E0272',1705050240,'carol@own.example','note 4','note 4 | alice@own.example bob@own.example carol@own.example',1);
CREATE TABLE people(person INTEGER PRIMARY KEY, address TEXT NOT NULL UNIQUE);
INSERT INTO "people" VALUES(1,'alice@own.example');
INSERT INTO "people" VALUES(2,'buyer@customer.example');
INSERT INTO "people" VALUES(3,'carol@own.example');
INSERT INTO "people" VALUES(4,'bob@own.example');
CREATE TABLE places( place INTEGER PRIMARY KEY, custodian TEXT NOT NULL, folder TEXT NOT NULL, folder_role TEXT NOT NULL, labels TEXT NOT NULL, UNIQUE(custodian, folder, folder_role, labels));
INSERT INTO "places" VALUES(1,'alice','','','');
INSERT INTO "places" VALUES(2,'alice','Inbox','inbox','["Inbox","Important"]');
INSERT INTO "places" VALUES(3,'bob','','','');
CREATE TABLE progress( input INTEGER NOT NULL REFERENCES inputs, offset INTEGER NOT NULL, length INTEGER NOT NULL, units INTEGER NOT NULL, is_done INTEGER NOT NULL, bytes INTEGER NOT NULL, messages INTEGER NOT NULL, excluded INTEGER NOT NULL, leaves INTEGER NOT NULL, scanned INTEGER NOT NULL, partial INTEGER NOT NULL, refused INTEGER NOT NULL, pictures INTEGER NOT NULL, PRIMARY KEY(input, offset)) WITHOUT ROWID;
INSERT INTO "progress" VALUES(1,-1,-1,8,1,1265,6,0,12,12,0,0,0);
INSERT INTO "progress" VALUES(2,-1,-1,5,1,586,3,0,6,6,0,0,0);
INSERT INTO "progress" VALUES(3,-1,-1,3,1,64,0,0,1,1,0,0,0);
CREATE TABLE reveals(reveal INTEGER PRIMARY KEY, at INTEGER NOT NULL, author TEXT NOT NULL, secret BLOB NOT NULL, path TEXT NOT NULL);
CREATE TABLE rules( rule TEXT PRIMARY KEY, family TEXT NOT NULL, name TEXT NOT NULL, category TEXT NOT NULL, severity INTEGER NOT NULL, service TEXT, rotate TEXT, reference TEXT) WITHOUT ROWID;
INSERT INTO "rules" VALUES('github-token','github-token','GitHub personal, OAuth or user access token','source-code',4,'GitHub','https://github.com/settings/tokens','https://github.blog/engineering/behind-githubs-new-authentication-token-formats/');
CREATE TABLE runs( run INTEGER PRIMARY KEY, command TEXT NOT NULL, version TEXT NOT NULL, rules TEXT, sandbox TEXT, arguments TEXT, started INTEGER NOT NULL, ended INTEGER, state TEXT NOT NULL, exit_status INTEGER, counts TEXT, folder TEXT);
INSERT INTO "runs" VALUES(1,'scan','0.1.0','00dcb2385471571cb3852a1e93836490c0a9b6639a64bb9ccde5424b58e98158','seccomp+landlock7','["mailspill","scan","-q","--case","case","-f","jsonl","mail"]',1795357249,1795357249,'done',5,'{"type":"summary","inputs":3,"bytes":1915,"messages":9,"excluded":0,"leaves":19,"scanned":19,"partial":0,"refused":0,"pictures":0,"findings":4,"secrets":2,"gaps":1,"complete":false,"interrupted":false,"seconds":0.028,"known":null}',NULL);
CREATE TABLE samples(sample INTEGER PRIMARY KEY, at INTEGER NOT NULL, seed INTEGER NOT NULL, size INTEGER NOT NULL, drawn TEXT NOT NULL);
INSERT INTO "samples" VALUES(1,1795357269,3,5,'374dade0e91de61ce18bd8c970dda032
27a923a0cc0e828cb51bf1379be12ee2
d4595dc3229b7ab3411b36791ffc874d
374dade0e91de61ce18bd8c970dda032
f07b4e677886f2d4abc9850a9403cfc3
');
CREATE TABLE secrets( secret INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, family TEXT NOT NULL, rule TEXT NOT NULL, name TEXT NOT NULL, category TEXT NOT NULL, redacted TEXT NOT NULL, length INTEGER NOT NULL, rotate TEXT);
INSERT INTO "secrets" VALUES(1,X'7D5F231593E5F17381D9F2C4DFAEB3F1','github-token','github-token','GitHub personal, OAuth or user access token','source-code','ghp_…CyXg',40,'https://github.com/settings/tokens');
INSERT INTO "secrets" VALUES(2,X'5F7D1753984E4EF3F7EC50091517AC5C','github-token','github-token','GitHub personal, OAuth or user access token','source-code','ghp_…FTdZ',40,'https://github.com/settings/tokens');
CREATE TABLE seen( block INTEGER PRIMARY KEY, input INTEGER NOT NULL REFERENCES inputs, run INTEGER NOT NULL REFERENCES runs, base TEXT NOT NULL, messages TEXT NOT NULL);
INSERT INTO "seen" VALUES(1,1,1,'','[["aaa14d05ed68d5bdc8ec7b9bb35fdbaf","<1@mail.example>",1705050060,1,"mail/alice.mbox!#1"],["02072b2abc97ce373efcf8980f384622","<5@mail.example>",1705050300,2,"mail/alice.mbox!#5"],["d4595dc3229b7ab3411b36791ffc874d",null,1705050360,1,"mail/alice.mbox!#6"]]');
INSERT INTO "seen" VALUES(2,2,1,'','[["aaa14d05ed68d5bdc8ec7b9bb35fdbaf","<1@mail.example>",1705050060,3,"mail/bob.mbox!#1"],["1af2c3b6e515e7fbcac0e8f3d71d2a64","<7@mail.example>",1705050420,3,"mail/bob.mbox!#3"]]');
CREATE TABLE unlocked( unlocked INTEGER PRIMARY KEY, id BLOB NOT NULL, kind TEXT NOT NULL, path TEXT NOT NULL, message INTEGER REFERENCES messages, custodian TEXT NOT NULL, found TEXT NOT NULL, place TEXT, line INTEGER, col INTEGER, secret BLOB, input INTEGER NOT NULL REFERENCES inputs, run INTEGER NOT NULL REFERENCES runs, UNIQUE(id, custodian, kind));
CREATE INDEX inputs_by_size ON inputs(size);
CREATE INDEX message_people_by_person ON message_people(person);
CREATE INDEX copies_by_custodian ON copies(custodian);
CREATE INDEX findings_by_secret ON findings(secret);
CREATE INDEX findings_by_message ON findings(message);
CREATE INDEX marks_by_target ON marks(target);
CREATE INDEX access_by_id ON access(id);
CREATE INDEX access_by_owner ON access(owner, level);
COMMIT;
