import { describe, expect, test } from 'vitest'
import { WorkflowDocument } from '../document.ts'
import { pastedSecret } from './pasted-secret.ts'

function findIn(task: object): readonly string[] {
  const document = WorkflowDocument.parse({
    apiVersion: 'slipway/v1',
    kind: 'Workflow',
    id: 'w',
    name: 'W',
    tasks: [{ key: 'a', ...task }],
  })
  return pastedSecret.run(document).map(({ message }) => message)
}

const shell = (script: string) => findIn({ type: 'shell', script })
const python = (script: string) => findIn({ type: 'python', script })
const sql = (text: string) => findIn({ type: 'sql', datasource: 'd', sql: text })

const AWS = ['AKIA', 'QYLPMN5HHHFPZAM2'].join('')
const GITHUB = `ghp_${'a1B2'.repeat(9)}`
const UUID = '1b2c3d4e-1111-2222-3333-444455556666'
const JWT = [
  'eyJhbGciOiJIUzI1NiJ9',
  'eyJzdWIiOiIxMjM0NTY3ODkwIn0',
  'dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P',
].join('.')
const ALIBABA = ['LTAI', '5tAbCdEf12345678'].join('')
const GOOGLE = ['AIza', 'SyA1b2C3d4E5f6G7h8I9j0KaLbMcNdOePfQ'].join('')

describe('a secret of a known form is found in every language', () => {
  test.each([
    [`export AWS_ACCESS_KEY_ID=${AWS}`, 'an AWS access key (AK…, 20 characters)'],
    [`curl -H 'X-Token: ${GITHUB}' $URL`, 'a GitHub token (gh…, 40 characters)'],
    [`git clone https://oauth2:glpat-${'aB3_'.repeat(5)}@git.corp/x.git`, 'a GitLab token'],
    [`echo xoxb-123456789012-abcdefABCDEF`, 'a Slack token'],
    [`url=https://hooks.slack.com/services/T0AAAAAAA/B0BBBBBBB/abcdEFGH1234`, 'a Slack webhook'],
    [`curl https://open.feishu.cn/open-apis/bot/v2/hook/${UUID}`, 'a Feishu webhook (1b…, 36'],
    [`k=https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=${UUID}`, 'a WeCom webhook'],
    [`curl 'https://oapi.dingtalk.com/robot/send?access_token=${'ab12'.repeat(16)}'`, 'a DingTalk'],
    [`access_id=${ALIBABA}`, 'an Alibaba Cloud access key (LT…, 20'],
    [GOOGLE, 'a Google API key'],
    [`token ${JWT}`, 'a JSON web token'],
    ['cat <<K\n-----BEGIN RSA PRIVATE KEY-----\nMIIE', 'line 2: a private key (PEM)'],
    ['-----BEGIN OPENSSH PRIVATE KEY-----', 'line 1: a private key (PEM)'],
  ])('%s', (text, expected) => {
    for (const found of [shell(text), python(text), sql(text)])
      expect(found).toEqual([expect.stringContaining(expected)])
  })
})

test.each([
  ['mysql -h db -u etl -pSup3rS3cret warehouse < load.sql', 'a password (Su…, 11 characters)'],
  ["mysqldump -uroot -p'hunter' db", 'a password (6 characters)'],
  ['PGPASSWORD=hunter2 psql -h db', 'a password (7 characters)'],
  ['export DB_PASSWORD="Passw0rd!"', 'a password (Pa…, 9 characters)'],
  ['sqoop import --username etl --password hunter2x --table t', 'a password (hu…, 8'],
  ['sqoop import --password=root --table t', 'a password (4 characters)'],
  ["sshpass -p 'tiger' ssh host", 'a password (5'],
  ['curl -s -u admin:hunter2 http://nexus/x', 'a password (7'],
  [
    "curl -H 'Authorization: Bearer abcdef1234567890abcdef' $URL",
    'an authorization header (ab…, 22',
  ],
  ['curl -H "Authorization: Basic YWRtaW46aHVudGVyMg==" $URL', 'an authorization header'],
  ['curl "http://api/x?token=9f8e7d6c5b4a3210&day=${day}"', 'a token or key (9f…, 16'],
  ['url="jdbc:mysql://db:3306/x?user=root&password=hunter2"', 'a password (7'],
  ['beeline -u jdbc:oracle:thin:scott/tiger@//db:1521/x', 'a password (5'],
  ['export URL=postgresql://etl:hunter2@db/x', 'a password (7'],
  ['redis-cli -u redis://:hunter2@cache:6379', 'a password (7'],
  ['mongo mongodb://root:root@m1,m2/x', 'a password (4'],
  [`cat > c.json <<E\n{"user": "a", "password": "hunter2"}\nE`, 'line 2: a password (7'],
  [`curl -d "{\\"password\\": \\"hunter2\\"}" $URL`, 'a password (7'],
  ['cat > c.yaml <<E\ndb:\n  password: hunter2\nE', 'line 3: a password (7'],
  ['export AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYzz', 'a token or key (wJ…'],
  ['accessKeySecret=8fK2mQ9xZ7pL4vN1', 'a token or key (8f…, 16'],
  ["app_secret='8fK2mQ9xZ7pL4vN1tR6w'", 'a token or key (8f…, 20'],
  ['beeline -u "jdbc:hive2://h:10000/d;ssl=true" -n hive -p hive123 -f x.sql', 'a password (7'],
  ['beeline -u jdbc:hive2://h:10000 \\\n  -n hive \\\n  -p hive123', 'line 3: a password (7'],
  ['redis-cli -h cache -a S3cretPw1 get x', 'a password (S3…, 9'],
  ['sqlplus -s scott/tiger@orcl @load.sql', 'a password (5'],
  ['sqlplus scott/tiger <<EOF', 'a password (5'],
  ["ldapsearch -x -D cn=admin -w 'S3cr3t' -b dc=x", 'a password (6'],
  ['mongo -u x -p hunter22', 'a password (hu…, 8'],
  ['mongo -u a -p S3cr3tPw shop', 'a password (S3…, 8'],
  ['mongosh --host m1 -u a -p S3cr3tPw', 'a password (S3…, 8'],
  ['echo S3cr3t | kinit etl@CORP', 'a password (6'],
  ["kinit etl@CORP <<< 'S3cr3t'", 'a password (6'],
])('in shell: %s', (script, expected) => {
  expect(shell(script)).toEqual([expect.stringContaining(expected)])
})

test('in what people write about it', () => {
  const document = WorkflowDocument.parse({
    apiVersion: 'slipway/v1',
    kind: 'Workflow',
    id: 'w',
    name: 'W',
    description: 'log in with mysql -uroot -phunter22',
    tasks: [
      { key: 'a', type: 'shell', script: 'x', description: 'postgres://etl:hunter22@db/x' },
      { key: 'b', type: 'shell', script: 'x', description: 'password: ask the owner' },
    ],
  })

  expect(pastedSecret.run(document)).toEqual([
    { path: ['description'], message: 'line 1: a password (hu…, 8 characters)' },
    { path: ['tasks', 0, 'description'], message: 'line 1: a password (hu…, 8 characters)' },
  ])
})

test.each([
  'set --password from vault',
  'pass --password with every call',
  'password: see_vault_2',
  '- password: kv/etl/prod',
])('what people write about it is prose: %s', (description) => {
  expect(findIn({ type: 'shell', script: 'x', description })).toEqual([])
})

test.each([
  'beeline -u "$URL" -n hive -p "$PW"',
  'docker run -d --name mongo -p 27017:27017 mongo:6',
  'docker run -d --name mongo -p 127.0.0.1:27017:27017 mongo:6',
  'docker exec mongo mkdir -p backup_dir',
  'kubectl exec mongo -- mkdir -p dump/2024',
  'beeline -u $URL -p -n hive',
  'redis-cli -h cache -a ${redis_password} get x',
  'redis-cli -n 4 --no-auth-warning get -a',
  'sqlplus / as sysdba',
  'sqlplus -s /nolog @load.sql',
  'sqlplus -s "$ORA_USER/$ORA_PW@orcl"',
  'sqlplus -s $LOGIN @sql/load.sql',
  'ldapsearch -x -W -D cn=admin',
  'ldapsearch -y /run/secrets/ldap -b dc=x',
  'mongo -u a -p --authenticationDatabase admin',
  'mongodump --port 27017 --db shop',
  'echo "$KRB_PW" | kinit etl',
  'kinit -kt /etc/etl.keytab etl',
  'python3 - <<E\npassword=os.environ["PW"]\ntoken = conf["db"]["token"]\nE',
  "password=os.environ['PW']",
  'mysql -h db -u etl -p"$DB_PASSWORD" warehouse',
  'mysql -h db -u etl -p${DB_PASSWORD} -P 3306 x',
  'mysql -u etl -p warehouse',
  'mysql --protocol=tcp -port',
  'export PGPASSWORD=$(vault read -field=password secret/db)',
  'export PGPASSWORD="${pg_password}"',
  'password=`cat /run/secrets/db`',
  'PASSWORD=$1',
  'password=""\ntoken=\nsecret=***',
  'DB_PASSWORD=********',
  'if [ "$password" = "none4" ]; then echo "password: missing"; fi',
  'if [[ $token == "abc123def456" ]]; then exit 1; fi',
  'read -s -p "Enter password: " password',
  'sqoop import --password-file /user/etl/.pw --username x',
  'sqoop import --password ${db_password} --table t',
  'echo "usage: run.sh --user USER --password PASSWORD"',
  'docker login --password-stdin registry < ~/.token',
  'kubectl create secret generic db-secret --from-file=password=/tmp/pw',
  'kubectl get secret my-token-v2 -o yaml',
  'helm upgrade --set imagePullSecret=regcred-prod-2',
  'curl -H "Authorization: Bearer $TOKEN" $URL',
  'curl -H "Authorization: Bearer ${access_token}" $URL',
  'curl -u "$USER:$PASS" $URL',
  'curl --user ${user}:${password} $URL',
  'git clone git@github.com:org/repo.git',
  'git clone https://${GIT_USER}:${GIT_TOKEN}@git.corp/x.git',
  'hdfs dfs -ls hdfs://nn1:8020/user/a@b',
  'export HTTP_PROXY=http://proxy.corp:3128',
  'curl "http://api/x?page_token=${next}&limit=10"',
  'sed -i "s/password=.*/password=$PW/" conf.ini',
  'grep -c "password=" conf.ini',
  'spark-submit --conf spark.max.token=4096 --conf spark.token.ttl=86400000',
  'OLDPWD=/data pwd=$(pwd) PWD=/home/etl',
  'HADOOP_TOKEN_FILE_LOCATION=/tmp/token kinit -kt /etc/x.keytab etl@CORP.COM',
  'tokenizer=bert-base-uncased-v2\nnum_tokens=1024',
  'secret=projects/123456789012/secrets/db/versions/3',
  'secret=arn:aws:secretsmanager:us-east-1:123456789012:secret:prod/db',
  'password=${1:?password missing}',
  'echo "AKIAIOSFODNN7EXAMPLE is what AWS prints"',
  'require_password=true\nreset_password=0\nhas_token=yes',
  'password_policy=strict1 password_min_length=12',
  'echo -----BEGIN PUBLIC KEY-----\necho -----BEGIN CERTIFICATE-----',
  'echo "password=changeme" > template.ini',
  'partition_key=2026-03-01 primary_key=user_id_2',
])('in shell, nothing is pasted: %s', (script) => {
  expect(shell(script)).toEqual([])
})

test.each([
  ['conn = connect(host="db", user="etl", password="hunter2")', 'a password (7'],
  ['cfg["password"] = "hunter2"', 'a password (7'],
  ['password: str = "hunter2"', 'a password (7'],
  ["headers = {'Authorization': 'Bearer abcdef1234567890abcdef'}", 'an authorization header'],
  ['df.write.option("user", "a").option("password", "hunter2").save()', 'a password (7'],
  ['engine = create_engine("mysql+pymysql://etl:hunter2@db/x")', 'a password (7'],
  ["API_KEY = '8fK2mQ9xZ7pL4vN1tR6w'", 'a token or key (8f…, 20'],
])('in Python: %s', (script, expected) => {
  expect(python(script)).toEqual([expect.stringContaining(expected)])
})

test.each([
  'conn = connect(host="db", password=password, token=get_token())',
  'password = os.environ["DB_PASSWORD"]',
  'password = config.get("db", "password")',
  'parser.add_argument("--password", help="the password of the database")',
  'columns = ["username", "password", "email2"]',
  'url = f"jdbc:mysql://db/x?user={user}&password={password}"',
  'url = "mysql://%s:%s@%s/x" % (user, password, host)',
  'url = "mysql://{}:{}@db/x".format(user, password)',
  'url = "jdbc:mysql://db/x?password=" + password + "&x=1"',
  'if token == "abc123def456": raise ValueError("bad token: none")',
  'schema = {"password": {"type": "string"}, "token": "string"}',
  'names = {"password": "DB_PASSWORD", "token": "api_token"}',
  'password = "${db_password}"\ntoken = "!{token}"',
  'def f(password: str = "", token: Optional[str] = None): pass',
  'labels = {"password": "请输入密码", "secret": "Please enter it"}',
])('in Python, nothing is pasted: %s', (script) => {
  expect(python(script)).toEqual([])
})

test.each([
  ["create user etl@'%' identified by 'hunter2'", 'a password (7'],
  ["with ('connector' = 'jdbc', 'username' = 'a', 'password' = 'hunter')", 'a password (6'],
  ['set hive.metastore.password=hunter2;', 'a password (7'],
  ["update users set password = 'Passw0rd1' where id = 1", 'a password (Pa…, 9'],
])('in SQL: %s', (text, expected) => {
  expect(sql(text)).toEqual([expect.stringContaining(expected)])
})

test.each([
  "select id, token from users where token = 'expired' and password is not null",
  'create table users (id int, password varchar(64), token string, secret_key text)',
  "select md5(password) as password, 'password' as kind from users where password != ''",
  'insert into t select u.password, s.token from u join s on u.token = s.token',
  "select * from t where password = :password and token = '${token}'",
  "select case when password = '0' then 'secret' else 'token' end as secret from t",
  "update t set password = md5('${password}') where secret = 'none'",
  "alter user etl identified by '${etl_password}'",
  "-- password: the user's own; token = see wiki\nselect 1",
])('in SQL, nothing is pasted: %s', (text) => {
  expect(sql(text)).toEqual([])
})

test('a name beside the value says that it is secret', () => {
  const document = WorkflowDocument.parse({
    apiVersion: 'slipway/v1',
    kind: 'Workflow',
    id: 'w',
    name: 'W',
    start: {
      params: {
        properties: { db_password: { default: 'hunter2' }, safe_password: { default: '${x}' } },
      },
    },
    tasks: [
      {
        key: 'a',
        type: 'http',
        url: 'http://h/x',
        headers: { Authorization: 'Bearer abcdef1234567890', 'X-Trace': 'abcdef1234567890' },
        query: { token: '8fK2mQ9xZ7pL4vN1', page_token: '${next}' },
        body: 'user=a&password=hunter2',
      },
      {
        key: 'b',
        type: 'engine',
        engine_type: 'SQOOP',
        params: [
          { name: 'password', value: 'hunter2' },
          { name: 'password_2', value: 'x' },
          { name: 'token', value: '${t}' },
        ],
        engine_params: { target: { password: 'hunter2', passwordHint: 'hunter2' } },
      },
    ],
  })

  const found = pastedSecret.run(document)

  expect(found).toEqual([
    {
      path: ['start', 'params', 'properties', 'db_password', 'default'],
      message: 'line 1: a password (7 characters)',
    },
    {
      path: ['tasks', 0, 'query', 'token'],
      message: 'line 1: a token or key (8f…, 16 characters)',
    },
    {
      path: ['tasks', 0, 'headers', 'Authorization'],
      message: 'line 1: an authorization header (ab…, 16 characters)',
    },
    { path: ['tasks', 0, 'body'], message: 'line 1: a password (7 characters)' },
    {
      path: ['tasks', 1, 'params', 0, 'value'],
      message: 'line 1: a password (7 characters)',
    },
    {
      path: ['tasks', 1, 'engine_params', 'target', 'password'],
      message: 'line 1: a password (7 characters)',
    },
  ])
})

test('the scripts of other types are read in their own language', () => {
  expect(
    findIn({ type: 'spark', language: 'sql', script: "select * from t where password = 'abc'" }),
  ).toEqual([])
  expect(
    findIn({ type: 'java', run: 'source', source: 'String password = "hunter2";' }),
  ).toHaveLength(1)
  expect(findIn({ type: 'procedure', datasource: 'd', call: "{call f('${token}')}" })).toEqual([])
  expect(
    findIn({ type: 'datax', job_json: '{"username": "etl", "password": "hunter2"}' }),
  ).toHaveLength(1)
})

test('several secrets of a kind are one finding that names the first line', () => {
  const found = shell('a_password=hunter2\nb_password=hunter3\n\nc_password=hunter4')

  expect(found).toEqual(['line 1: a password (7 characters), and 2 more'])
})

test('no message repeats a secret', () => {
  const secret = 'Sup3rS3cret99'

  const found = shell(`password=${secret}\ncurl -u a:${secret} http://a:${secret}@h/`)

  expect(found).toEqual(['line 1: a password (Su…, 13 characters), and 2 more'])
})
