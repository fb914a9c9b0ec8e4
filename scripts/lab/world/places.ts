/** Where people work from, and on what. */
export const CITIES: readonly {
  city: string;
  state: string;
  country: string;
  postalCode: string;
  lat: number;
  lon: number;
  asOrg: string;
}[] = [
  {
    city: 'Toronto',
    state: 'Ontario',
    country: 'Canada',
    postalCode: 'M4M',
    lat: 43.65,
    lon: -79.34,
    asOrg: 'rogers cable',
  },
  {
    city: 'Austin',
    state: 'Texas',
    country: 'United States',
    postalCode: '78701',
    lat: 30.27,
    lon: -97.74,
    asOrg: 'at&t corp.',
  },
  {
    city: 'Berlin',
    state: 'Berlin',
    country: 'Germany',
    postalCode: '10115',
    lat: 52.52,
    lon: 13.4,
    asOrg: 'deutsche telekom ag',
  },
  {
    city: 'Kraków',
    state: 'Lesser Poland',
    country: 'Poland',
    postalCode: '31-001',
    lat: 50.06,
    lon: 19.94,
    asOrg: 'orange polska',
  },
  {
    city: 'Madrid',
    state: 'Madrid',
    country: 'Spain',
    postalCode: '28001',
    lat: 40.41,
    lon: -3.7,
    asOrg: 'telefonica de espana',
  },
  {
    city: 'Tokyo',
    state: 'Tokyo',
    country: 'Japan',
    postalCode: '100-0001',
    lat: 35.68,
    lon: 139.69,
    asOrg: 'ntt communications',
  },
  {
    city: 'Bengaluru',
    state: 'Karnataka',
    country: 'India',
    postalCode: '560001',
    lat: 12.97,
    lon: 77.59,
    asOrg: 'bharti airtel',
  },
  {
    city: 'Dubai',
    state: 'Dubai',
    country: 'United Arab Emirates',
    postalCode: '00000',
    lat: 25.2,
    lon: 55.27,
    asOrg: 'emirates telecom',
  },
  {
    city: 'Paris',
    state: 'Île-de-France',
    country: 'France',
    postalCode: '75001',
    lat: 48.85,
    lon: 2.35,
    asOrg: 'free sas',
  },
];

export const DEVICES: readonly { os: string; browser: string; device: string; raw: string }[] = [
  {
    os: 'Mac OS 14.5 (Sonoma)',
    browser: 'CHROME',
    device: 'Computer',
    raw: 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Safari/537.36',
  },
  {
    os: 'Windows 11',
    browser: 'EDGE',
    device: 'Computer',
    raw: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Safari/537.36 Edg/139.0.0.0',
  },
  {
    os: 'Linux',
    browser: 'FIREFOX',
    device: 'Computer',
    raw: 'Mozilla/5.0 (X11; Linux x86_64; rv:141.0) Gecko/20100101 Firefox/141.0',
  },
  {
    os: 'iOS 18',
    browser: 'SAFARI',
    device: 'Mobile',
    raw: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1',
  },
];
