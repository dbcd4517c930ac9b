/* prose_words_eastern.c - data: the word lists of the judge of prose for Turkish, Chinese, Japanese and Korean. */
#include "validate/prose_words.h"

static const struct prose_words tr = {
    .language = "tr",
    .common = "ve|bir|bu|için|ile|da|de|ne|mi|lütfen|merhaba|selam|çok|var|ben|sen|size|sana|daha|olarak|"
              "olan|gibi|veya|ama|o|en|şu|"
              "kadar|sonra|hep|yeni",
    .codes = "pin|kod|puk|şifre|parola",
    .weak = "kod|kodu|kodunuz|anahtar|anahtarı|pass|giriş",
    .joins = "yani|şimdi|bugünden itibaren|seninki|sizinki|var|şu an|kod|şöyle|şu|ise|hâlâ|o "
             "da|artık|itibaren|is|olarak|olacak|hala|değişti|olarak değişti|yapıldı|yenisi|dünden "
             "beri|bugünden beri|sabah|bu|olarak ayarlı|koyduk|verdim|oldu|yaptım",
    .befores = "olarak|bu şifre|şifresi bu|parolası bu|biri|olarak|şifresiyle|şifresi "
               "ile|şifresini|parolasıyla|parolasını|pdf'in "
               "şifresi|olacak|idi|'dir|kullan|yaz|dene|ok'e",
    .ordinary =
        "değiştirildi|yanlış|hatalı|doğru|geçersiz|zorunlu|gerekli|gerekiyor|unuttum|unuttunuz|kayıp|bakınız|"
        "bkz|aşağıda|yukarıda|ekte|aynı|boş|yok|bilinmiyor|gizli|isteğe|girin|girin:|belirle|seçin|olmalı|"
        "sms|postayla|telefonla|ayrı|sonra|yarın|bugün|pazartesi|tekrar|yeniden|zaten|asla|teşekkürler|"
        "saygılar|güçlü|zayıf|güvenli|geçerli|yardım|karakter|rakam|harf|bildirildi|gönderilecek|kasada|"
        "alanı|korumalı|yöneticisi|sıfırlama|ipucu|required|see|below|masamdaki|sifre*|basit|karmaşık|zor|"
        "kolay|belki|maalesef|kişisel|ortak|önemli|acil|bir|hiçbir|herşey|başka|uzun|kısa|hazır|hep|hâlâ|iyi|"
        "çok|gerçekten|kilitli|biryerde|eskisi|önceki|öncekiyle|ayni|hatali",
    .handing = "yeni|geçici|ilk|varsayılan|mevcut|tek "
               "kullanımlık|yönetici|root|wifi|misafir*|vpn|zip|kapı*|alarm*|sesli|yerel|eski|kişisel|"
               "katılımcı|webinar|test|modem|telefon|ana|bios*|sunucu|modem*|ağ|müşteri|personel|öğrenci|"
               "aile|kamera|yedek|oturum|güncel|erişim|genel|başlangıç|kök",
    .nearby = "işte|giriş bilgileri*|giriş yapın|gir|açmak için|açılıyor|kullanarak",
    .logins = "kullanıcı|kullanıcı adı|kullanıcısı|user|username|login|hesap|hesabı|e-posta|email|müşteri "
              "no|sunucu|ssid|ağ|alan|"
              "site|ad|id|giriş|kimliği",
    .policy = "olmalı*|en az|zorunlu|unut*|dolacak|sona "
              "erer|hatalı|yanlış|geçersiz|güçlü|sıfırla*|politikası|seçin|onaylayın|girin|"
              "girildi|değiştirin|kırmayı|uzunluk|karakter|duyarlıdır|başarısız|çöküyor|soran|istendi|"
              "özetini|yöneticisi|deneme|"
              "bilen|hatırlatma|ipucu|farklı|belirle|doğrulama|korumalı|oluşturun|haneli*|alanlar",
    .negation =
        "asla|değil|olmamalı|kimseyle|yanıtlamayın|göndermeyin|paylaşmayın|istemeyiz|gerekmiyor|"
        "çalışmıyor|hatırlamıyorum|kullanmayın|yazmayın|saklamayın|söylemeyin|sanmasın|istemez|gönderilmez",
    .units = "karakter|haneli*|hanelidir|rakam|harf|gün|dakika|saat|kez|deneme|bit|bayt|kelime|veya|ay|hafta|"
             "yıl|lira|saniye|şifre|şifreden|yanlış|mesaj|e-posta|puan|metre|km|sayfa|adet|kişi|yer|sn|dk|tl|"
             "saniyen|yıl*",
    .other_codes = "kaynak|kıyafet|indirim|hata|posta|alan "
                   "kodu|qr|barkod|incelemesi|ülke|renk|doğrulama|ürün|promosyon|banka kodu|işlem kodu|ülke "
                   "kodu|posta kodu|rabat*",
    .places =
        "kapı*|bahçe|alarm*|garaj*|kasa*|bisiklet*|kilid*|anahtar "
        "kutusu|bina*|giriş|ipad*|iphone|telefon*|sesli|kart*|sunucu|ev|yazlı*|ofis|banka*|konferans|"
        "telekonferans|sim|erişim|gizli|yönetici|katılımcı|wpa2|korkuluk*|pin|ekran "
        "kilidi|yan|bariyer*|tekne*|dolab*|dolap|kiler|bodrum|asansör*|otopark*|site|kapıcı|diyafon|çekmece*|"
        "bavul*|valiz*|atölye*|dükkan*|yazıcı*|tablet*|okul*|kreş*|muayenehane|konteyner*|tuş takım*|asma "
        "kilit*|depo*|kepenk*|bisiklet odası*|telefon bankacılığı|veranda*|apartman*|spor salonu*",
    .spelled = "büyük|küçük|rakam|tire|sonra|nokta|yıldız",
    .endings = "dı|di|du|dü|tı|ti|tu|tü|mış|miş|muş|müş|yor|acak|ecek|malı|meli|ması|mesi|arak|erek|lar|ler|"
               "ları|leri|lı|li|lu|lü|sız|siz|suz|süz|ken|ınca|ince|mak|mek|nız|niz|sınız|siniz|dır|dir|dur|"
               "dür|tır|tir|ıyla|iyle|ıcı|ici|mayın|meyin|mayınız|meyiniz|maz|mez|yorum|yoruz|ım|im|nda|nde",
};

static const struct prose_words zh = {
    .language = "zh",
    .is_unspaced = true,
    .common = "的|是|请|您|我|你|了|在|和|不|有",
    .codes = "pin|密码|密碼|口令|码|碼",
    .weak = "无",
    .joins =
        "是|为|為|:|：|就是|都是|仍是|还是|即|如下|改成了|成|设为|重置为|输|为准|设成了|设成|设定为|改为|"
        "换成|换成了|改成|是：|现在是|依然是|就用|用|统一是|暂时是|变成|更新为|为：|昨天起换成|新的是|暂定",
    .befores = "作为密码|当密码|做密码|就是|设为密码|是密码|作为|了",
    .ordinary = "required|sms|ok|pin",
    .handing = "新|临时|初始|默认|一次性|管理员|root|wifi|访客|vpn|压缩包|解压|门|报警|信箱|会议|测试|主持人|"
               "参会者|旧|个人|无线|新的|旧的|电话|银行|备份|平板|路由器|服务器|开机|锁屏|登录|车库|大门|"
               "自行车|保险|箱子|网络|主|备用",
    .nearby = "登录信息|如下|登录|打开|账号",
    .logins = "用户名|用户|账号|帐号|账户|登录名|客户号|ssid|邮箱|服务器|域|网站|姓名|会议号",
    .policy =
        "必须|至少|不能|必填|忘|过期|错误|无效|强密码|重置密码|密码重置|策略|请输入|请选择|请设置|再次|修改|"
        "破解|长度|字符|区分|失败|"
        "崩溃|问您|申请|哈希|管理器|试用|有人知道|提醒|提示|相同|设置密码|验证码|保护|必填项|位数字|索要|栏",
    .negation = "切勿|请勿|不要|绝不|从不|不再|不记得|没有给|不得|只有|没反应",
    .units = "个字符|位|天|次|个|分钟|小时|年|月|字符|日|号|块|元|秒|名",
    .other_codes = "优惠|错误代码|邮政编码|区号|二维码|条码|代码|国家|验证码|着装|订单|预订|工单|快递单|"
                   "银行代码|统一社会",
    .places = "门|大门|报警|车库|保险柜|自行车|锁|钥匙|大楼|ipad|手机|信箱|银行卡|卡|机房|家|别墅|办公室|"
              "会议|sim|侧门|道闸|船|柜|储物|地下室|电梯|停车|楼|单元|门铃|抽屉|行李箱|仓库|商店|收银|打印|"
              "平板|学校|幼儿园|诊所|集装箱|键盘|卷帘|健身|电话|钥匙盒|车|院",
    .spelled = "大写|小写|数字|横线|下划线",
};

static const struct prose_words ja = {
    .language = "ja",
    .is_unspaced = true,
    .common = "の|は|を|に|が|で|です|ます|と|も|して|した|お|ください",
    .codes = "pin|暗証番号|コード|番号|パスワード|パス|暗証",
    .weak = "コード|番号|キー|パス",
    .joins = "は|が|に|には|を|：|:|＝|となります|でした|通りです|まだ|から|こちら|は今|は現在|に変えました|"
             "に変わりました|に変更しました|変更後は|新しいのは|今は|は全部|は相変わらず|はまだ|もまだ|"
             "はすべて|は引き続き|として|=",
    .befores = "をパスワード|がpdfのパスワード|としてパスワード|にする|に変更|にリセット|と入れ|を使|が必要|"
               "を押して",
    .ordinary = "required|sms|ok|pin",
    .handing = "新|仮|初期|既定|現在|ワンタイム|管理者|root|wi-fi|wifi|来客|vpn|zip|解凍|ドア|裏口|警報|"
               "留守電|電話会議|テスト|主催者|参加者|旧|専用|ローカル|新しい|古い|電話|銀行|バックアップ|"
               "タブレット|ルーター|サーバー|起動|車庫|玄関|自転車|金庫|ネット|予備",
    .nearby = "ログイン情報|以下|ログイン|開く|お送りします|こちら",
    .logins = "ユーザー名|ユーザー|id|アカウント|ログイン名|お客様番号|ssid|メール|サーバー|ドメイン|サイト|"
              "氏名|利用者|ミーティングid",
    .policy = "紛失|必要があります|以上|必須|忘れ|切れ|失効|違います|間違え|無効|強力|再設定|リセットでき|"
              "パスワードリセット|ポリシー|入力してください|"
              "選んで|変更してください|解析|長さ|文字|区別|失敗|落ちます|聞く人|要求|ハッシュ|マネージャー|"
              "残り|知られ|お知らせ|ヒント|同じ|を設定|"
              "確認|作成|桁|欄|お忘れ|尋ね|パスワード付き|別途",
    .negation = "送らないで|書かないで|しないで|できません|ことはありません|不要|覚えていません|だけが|"
                "動きません|不可|ないと|ません",
    .units = "文字|桁|日|回|分|時間|年|月|個|円|秒|番|名|～",
    .other_codes = "エラーコード|割引|郵便番号|市外局番|qr|バーコード|コードレビュー|国|確認コード|ドレス|"
                   "お客様番号|チケット|整理券|整理番号|受付番号|予約番号|注文番号|電話番号|銀行コード|支店",
    .places = "ドア|門|裏口|警報|ガレージ|金庫|自転車|鍵|ビル|入館|ipad|iphone|携帯|留守電|カード|サーバー室|"
              "家|別荘|オフィス|銀行|電話会議|sim|アクセス|解除|主催者|参加者|キーボックス|暗証|ミーティング|"
              "wpa2|通用口|ゲート|ボート|ロッカー|地下|エレベーター|駐車|マンション|インターホン|引き出し|"
              "スーツケース|倉庫|店|レジ|プリンタ|タブレット|学校|保育園|医院|コンテナ|キーパッド|シャッター|"
              "ジム|電話|駐輪|玄関|車庫|ダイヤル",
    .spelled = "大文字|小文字|数字|ハイフン|アンダーバー",
};

static const struct prose_words ko = {
    .language = "ko",
    .is_unspaced = true,
    .common = "은|는|이|가|을|를|에|의|로|입니다|세요|합니다|도",
    .codes = "pin|비밀번호|번호|코드|암호|비번|핀",
    .weak = "번호|코드|키",
    .joins = "는|은|가|이|:|를|을|에|물어보면|아직|다음과 같습니다|월요일부터|번호는|어제|라고|는 지금|은 "
             "지금|지금은|새 건|전부|아직도|여전히|그대로|으로 변경|으로 바뀌|로 바뀌|=|이고|은 이제|는 이제",
    .befores = "비밀번호로|비밀번호예요|암호로|로 초기화|로 변경|로 쓰|입력|누르|로 열|입니다|이렇게|로 "
               "로그인|로 설정|pdf 비밀번호|로 할게",
    .ordinary = "required|sms|ok|pin",
    .handing = "새|임시|초기|기본|현재|일회용|관리자|root|와이파이|wifi|손님|vpn|압축|도어락|뒷문|경보기|"
               "사서함|회의|테스트|호스트|참가자|이전|전용|로컬|뒷문|대문|새로운|예전|전화|은행|백업|태블릿|"
               "공유기|서버|부팅|차고|현관|자전거|금고|예비",
    .nearby = "로그인 정보|다음과|로그인하고|열려면|열립니다|보내드립니다|보내 드립니다",
    .logins = "사용자 이름|사용자|아이디|계정|고객 번호|ssid|이메일|서버|도메인|사이트|이름|회의 id|로그인",
    .policy = "이상|필수|잊|만료|틀|잘못|강력|재설정|초기화해|비밀번호 "
              "초기화|정책|입력하세요|고르세요|변경하세요|변경할|변경되|변경됨|해독|길이|"
              "구분|실패|멈춥니다|묻는|요청|해시|관리자 체험|남|알고 있나요|알림|힌트|달라야|설정:|인증 "
              "코드|걸린|만드세요|자리|칸|포함해야|확인하세요|"
              "별도",
    .negation =
        "보내지 마|쓰지 마|공유하지|묻지 않|안 됩니다|필요 없|기억이 안|만 알고|못|없습니다|바뀌었|안 쓰는",
    .units = "자리|자 이상|자|일|번|개|분|시간|년|월|원|초|명|만원",
    .other_codes = "오류 코드|할인|우편번호|지역번호|qr|바코드|코드 리뷰|국가|인증|드레스|번호판|고객 "
                   "번호|문의|전화번호|대기번호|예약번호|접수번호|주문번호|등록번호|은행 코드|송장번호",
    .places = "문|뒷문|대문|경보|차고|금고|자전거|자물쇠|열쇠|건물|출입|아이패드|아이폰|폰|휴대|사서함|카드|"
              "서버실|집|별장|사무실|은행|회의|유심|접속|액세스|잠금|호스트|참가자|난간|pin|도어락|wpa2|보안|"
              "옆문|차단기|배|사물함|지하|엘리베이터|주차|아파트|인터폰|서랍|캐리어|창고|가게|포스|프린터|"
              "태블릿|학교|어린이집|병원|컨테이너|키패드|셔터|헬스장|전화|보관소|현관|공동현관",
    .spelled = "대문자|소문자|숫자|하이픈|밑줄",
};

const struct prose_words *const prose_eastern[] = { &tr, &zh, &ja, &ko, NULL };
