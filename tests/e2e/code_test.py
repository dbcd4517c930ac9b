#!/usr/bin/env python3
"""Passwords and keys written into code: found in 15 languages, and silent where the code only names where the secret comes from."""
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from harness import Tap, of_type, scan  # noqa: E402

PASSWORD = "Wren" + "9#" + "tulip" + "Q4z"
KEY = "q7Rk2mXw" + "P9vTz4Lc" + "B6nHs3Jd"

# language: lines that hold a secret, lines that hold none
CODE = {
    "c": (['const char *password = "{p}";', '#define DB_PASSWORD "{p}"', 'strcpy(cfg.password, "{p}");', 'static char api_key[] = "{k}";'],
          ["pwd = (char *) (p + ulen + 2);", "server->password = xstrdup(arg);", 'if (!strcmp(user->password, "")) return -1;',
           'const char *pw = getenv("DB_PASSWORD");', "conn.password = server->password;"]),
    "cpp": (['std::string password = "{p}";', 'auto apiKey = "{k}"s;', 'client.setPassword("{p}");'],
            ["std::string password = config.password;", 'auto token = std::getenv("API_TOKEN");', "password_ = std::move(password);"]),
    "csharp": (['string password = "{p}";', 'private const string ApiKey = "{k}";', 'new NetworkCredential("svc", "{p}");'],
               ['var password = Configuration["Db:Password"];', 'string key = Environment.GetEnvironmentVariable("API_KEY");',
                "Password = model.Password;"]),
    "go": (['password := "{p}"', 'const apiKey = "{k}"', 'Password: "{p}",'],
           ['password := os.Getenv("DB_PASSWORD")', "Password: cfg.Database.Password,", 'apiKey := viper.GetString("api.key")']),
    "java": (['private static final String PASSWORD = "{p}";', 'props.put("password", "{p}");', 'ds.setPassword("{p}");', 'String apiKey = "{k}";'],
             ['String password = System.getenv("DB_PASSWORD");', "ds.setPassword(config.getPassword());", '@Value("${db.password}") String password;',
              'String password = request.getParameter("password");']),
    "javascript": (["const password = '{p}';", 'let apiKey = "{k}";', "password: '{p}',", 'process.env.DB_PASSWORD = "{p}";'],
                   ["const password = process.env.DB_PASSWORD;", "password: req.body.password,", "const token = localStorage.getItem('token');",
                    "const apiKey = config.apiKey;", "password: `${process.env.PASS}`,"]),
    "typescript": (['private password: string = "{p}";', 'export const API_KEY = "{k}";'],
                   ["password: string;", "const apiKey: string = import.meta.env.VITE_API_KEY;", "this.password = this.form.value.password;"]),
    "kotlin": (['val password = "{p}"', 'const val API_KEY = "{k}"'],
               ['val password = System.getenv("DB_PASSWORD")', "val apiKey = BuildConfig.API_KEY"]),
    "swift": (['let password = "{p}"', 'static let apiKey = "{k}"'],
              ['let apiKey = ProcessInfo.processInfo.environment["API_KEY"]', "let password = passwordField.text"]),
    "php": (["$password = '{p}';", "define('DB_PASSWORD', '{p}');", "'password' => '{p}',", "$config['db']['password'] = \"{p}\";"],
            ['$pwd = $_POST["password"];', "\\$pwd = \\$_POST[\\\"password\\\"];", "'password' => env('DB_PASSWORD'),", "$password = getenv('DB_PASSWORD');",
             "$password = $request->input('password');"]),
    "python": (["password = '{p}'", 'DB_PASSWORD = "{p}"', "api_key = '{k}'", 'connect(user="app", password="{p}")', "'password': '{p}',"],
               ["password = os.environ['DB_PASSWORD']", 'password = os.getenv("DB_PASSWORD")', "password=config.password", "api_key = settings.API_KEY",
                "password = getpass.getpass()", "password = self.cleaned_data['password']", "token = request.headers.get('X-Token')"]),
    "ruby": (["password = '{p}'", 'config.password = "{p}"', "password: '{p}'", 'API_KEY = "{k}"'],
             ["password = ENV['DB_PASSWORD']", 'text << "Password=#{password}, "', "password: params[:password]", "config.api_key = Rails.application.credentials.api_key"]),
    "rust": (['let password = "{p}";', 'const API_KEY: &str = "{k}";'],
             ['let password = env::var("DB_PASSWORD")?;', "password: config.password.clone(),"]),
    "shell": (["DB_PASSWORD={p}", "export API_KEY={k}", "mysql -u root -p'{p}' shop", "PGPASSWORD={p} psql"],
              ["DB_PASSWORD=${DB_PASSWORD:-}", "export API_KEY=$(cat /run/secrets/key)", "PASSWORD=$1", 'curl -u "$USER:$PASS" https://api.acme.test',
               "read -s PASSWORD", "password=${{ secrets.DB_PASSWORD }}"]),
    "powershell": (["$password = '{p}'", 'ConvertTo-SecureString "{p}" -AsPlainText -Force'],
                   ["$password = $env:DB_PASSWORD", "$cred = Get-Credential", "$password = Read-Host -AsSecureString"]),
    "sql": (["CREATE USER app IDENTIFIED BY '{p}';", "ALTER ROLE app WITH PASSWORD '{p}';"],
            ["CREATE USER app IDENTIFIED BY :password;", "SELECT password FROM users WHERE id = 4711;"]),
    "yaml": (["password: {p}", "api_key: {k}", 'db_password: "{p}"'],
             ["password: ${DB_PASSWORD}", "password: !vault |", "api_key: {{ vault_api_key }}", "password: !Ref DbPassword"]),
    "perl": (["my $password = '{p}';", 'DBI->connect($dsn, "app", "{p}");'], ["my $password = $ENV{{DB_PASSWORD}};", "my $pw = shift;"]),
}

tap = Tap()


def told(lines):
    """The rules that find something in each of LINES, a message each."""
    with tempfile.TemporaryDirectory() as folder:
        for number, line in enumerate(lines):
            head = f"From: a@acme.test\nTo: b@acme.test\nSubject: code\nMessage-ID: <{number}@acme.test>\n\n"
            (pathlib.Path(folder) / f"{number:04}.eml").write_text(head + line + "\n")
        _, records, _ = scan(folder)
    rules = [[] for _ in lines]
    for r in of_type(records, "finding"):
        rules[int(pathlib.Path(r["path"].split("!")[0]).stem)].append(r["rule"])
    return rules


def check_urls():
    """A password with an @ in it, before a host that is none: all of it is told, once, and nothing of it as the host."""
    first, second = "D1ff" + "icultP", "ssw" + "0rd7"
    for name, coded, host in (("socket", "%40", "%2Ftmp%2Fmongodb-27017.sock"), ("address", "@", "[fd00::7]:27017"), ("name", "%40", "db.acme.test")):
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / "a.txt").write_text(f"see mongodb://svc:{first}{coded}{second}@{host} there\n")
            _, records, _ = scan("--reveal", folder)
        found = of_type(records, "finding")
        tap.ok(f"code/url/{name}", [f["secret"].replace("%40", "@") for f in found] == [f"{first}@{second}"] and
               second not in str(found[0]["opens"]) + found[0]["context"], found)


for language, (secret, silent) in CODE.items():
    filled = [line.replace("{p}", PASSWORD).replace("{k}", KEY) for line in secret]
    found = told(filled + silent)
    for line, rules in zip(secret, found):
        tap.ok(f"code/{language}/found/{line[:50]}", rules, line)
    for line, rules in zip(silent, found[len(secret):]):
        tap.ok(f"code/{language}/silent/{line[:50]}", not rules, f"{line} {rules}")
check_urls()
tap.done()
