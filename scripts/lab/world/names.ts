/** Names as people write them, with the spelling their log-ins use. */
export interface Culture {
  locale: string;
  country: string;
  first: readonly (readonly [string, string])[];
  last: readonly (readonly [string, string])[];
  familyFirst?: boolean;
}

const pairs = (text: string): (readonly [string, string])[] =>
  text.split(' ').map((pair) => {
    const [native = '', ascii] = pair.split('=');
    return [native, ascii ?? native.toLowerCase()] as const;
  });

export const CULTURES: readonly (readonly [Culture, number])[] = [
  [
    {
      locale: 'en_US',
      country: 'US',
      first: pairs(
        'Olivia Noah Emma Liam Ava Mason Grace Ethan Chloe Lucas Nora Henry Hazel Jack Ruby Owen Ivy Wyatt Stella Caleb Zoe Isaac Maya Aaron Naomi Victor Claire Felix Diana Marcus',
      ),
      last: pairs(
        "Smith Johnson Brown Miller Davis Wilson Anderson Thomas Moore Martin Clark Lewis Walker Young Allen King Wright Scott Green Baker Adams Nelson Carter Mitchell O'Brien=obrien Turner Parker Collins Edwards Stewart",
      ),
    },
    46,
  ],
  [
    {
      locale: 'es_ES',
      country: 'ES',
      first: pairs('Lucía=lucia José=jose María=maria Álvaro=alvaro Sofía=sofia Martín=martin Inés=ines Andrés=andres'),
      last: pairs('García=garcia Muñoz=munoz Fernández=fernandez Núñez=nunez Ibáñez=ibanez Peña=pena Gómez=gomez'),
    },
    9,
  ],
  [
    {
      locale: 'de_DE',
      country: 'DE',
      first: pairs('Jürgen=juergen Anneliese Björn=bjoern Käthe=kaethe Lukas Greta Sören=soeren Heike'),
      last: pairs('Müller=mueller Schröder=schroeder Weiß=weiss Jäger=jaeger Köhler=koehler Groß=gross Vogel'),
    },
    8,
  ],
  [
    {
      locale: 'fr_FR',
      country: 'FR',
      first: pairs('Zoé=zoe François=francois Hélène=helene Rémi=remi Chloé=chloe Gaël=gael Maëlle=maelle Loïc=loic'),
      last: pairs('Lefèvre=lefevre Béranger=beranger Garçon=garcon Noël=noel Dubois Rousseau Lemaître=lemaitre'),
    },
    6,
  ],
  [
    {
      locale: 'pl_PL',
      country: 'PL',
      first: pairs('Łukasz=lukasz Małgorzata=malgorzata Paweł=pawel Zofia Michał=michal Agnieszka'),
      last: pairs('Wiśniewski=wisniewski Dąbrowska=dabrowska Wójcik=wojcik Kamiński=kaminski Zając=zajac'),
    },
    5,
  ],
  [
    {
      locale: 'ja_JP',
      country: 'JP',
      first: pairs('美咲=misaki 大翔=hiroto 陽菜=hina 蓮=ren 結衣=yui 翔太=shota'),
      last: pairs('佐藤=sato 鈴木=suzuki 高橋=takahashi 渡辺=watanabe 山本=yamamoto'),
      familyFirst: true,
    },
    5,
  ],
  [
    {
      locale: 'zh_CN',
      country: 'CN',
      first: pairs('伟=wei 秀英=xiuying 敏=min 静=jing 磊=lei 洋=yang'),
      last: pairs('王=wang 李=li 张=zhang 刘=liu 陈=chen'),
      familyFirst: true,
    },
    5,
  ],
  [
    {
      locale: 'ko_KR',
      country: 'KR',
      first: pairs('서연=seoyeon 민준=minjun 지우=jiwoo 도윤=doyun 하은=haeun'),
      last: pairs('김=kim 이=lee 박=park 최=choi 정=jung'),
      familyFirst: true,
    },
    3,
  ],
  [
    {
      locale: 'uk_UA',
      country: 'UA',
      first: pairs('Олена=olena Андрій=andrii Наталія=nataliia Тарас=taras Ірина=iryna'),
      last: pairs('Шевченко=shevchenko Коваленко=kovalenko Бондаренко=bondarenko Мельник=melnyk'),
    },
    3,
  ],
  [
    {
      locale: 'el_GR',
      country: 'GR',
      first: pairs('Ελένη=eleni Γιώργος=giorgos Κατερίνα=katerina Νίκος=nikos'),
      last: pairs('Παπαδόπουλος=papadopoulos Αγγελόπουλος=angelopoulos Νικολάου=nikolaou'),
    },
    2,
  ],
  [
    {
      locale: 'ar_AE',
      country: 'AE',
      first: pairs('فاطمة=fatima محمد=mohammed ليلى=layla عمر=omar مريم=maryam'),
      last: pairs('الخطيب=alkhatib حداد=haddad المنصوري=almansoori ناصر=nasser'),
    },
    3,
  ],
  [
    {
      locale: 'hi_IN',
      country: 'IN',
      first: pairs('आरव=aarav प्रिया=priya अनन्या=ananya रोहन=rohan दीपिका=deepika'),
      last: pairs('शर्मा=sharma पटेल=patel गुप्ता=gupta सिंह=singh राव=rao'),
    },
    4,
  ],
  [
    {
      locale: 'tr_TR',
      country: 'TR',
      first: pairs('Ayşe=ayse Çağla=cagla İbrahim=ibrahim Gökhan=gokhan Şule=sule'),
      last: pairs('Yılmaz=yilmaz Öztürk=ozturk Şahin=sahin Çelik=celik'),
    },
    2,
  ],
];
