//! Italian first names, surnames and syllables the fictional town is made of.
//!
//! Must not know: how they are combined. Frequent names only: no real person is meant.

/// First names.
pub const FIRST_NAMES: [&str; 40] = [
    "mario", "giulia", "luca", "anna", "paolo", "sara", "marco", "elena", "andrea", "chiara", "giorgio",
    "laura", "stefano", "paola", "davide", "silvia", "fabio", "marta", "roberto", "monica", "simone",
    "irene", "alessio", "daniela", "franco", "carla", "enrico", "lucia", "piero", "ilaria", "nicola", "rita",
    "sergio", "teresa", "matteo", "bianca", "ugo", "nadia", "ivo", "olga",
];

/// Surnames.
pub const SURNAMES: [&str; 60] = [
    "rossi",
    "bianchi",
    "verdi",
    "russo",
    "ferrari",
    "esposito",
    "romano",
    "colombo",
    "ricci",
    "marino",
    "greco",
    "bruno",
    "gallo",
    "conti",
    "deluca",
    "mancini",
    "costa",
    "giordano",
    "rizzo",
    "lombardi",
    "moretti",
    "barbieri",
    "fontana",
    "santoro",
    "mariani",
    "rinaldi",
    "caruso",
    "ferrara",
    "galli",
    "martini",
    "leone",
    "longo",
    "gentile",
    "martinelli",
    "vitale",
    "lombardo",
    "serra",
    "coppola",
    "desantis",
    "dangelo",
    "marchetti",
    "parisi",
    "villa",
    "conte",
    "ferraro",
    "ferri",
    "fabbri",
    "bianco",
    "marini",
    "grasso",
    "valentini",
    "messina",
    "sala",
    "deangelis",
    "gatti",
    "pellegrini",
    "palumbo",
    "sanna",
    "farina",
    "rizzi",
];

/// Beginnings of the town's invented name.
pub const NAME_STARTS: [&str; 16] = [
    "Bal", "Cor", "Dru", "Fal", "Gor", "Lam", "Mez", "Nor", "Orv", "Pra", "Riv", "Sol", "Tarn", "Urb", "Vez",
    "Zor",
];

/// Middles of the town's invented name.
pub const NAME_MIDDLES: [&str; 8] = ["a", "e", "i", "o", "ano", "eri", "olo", "una"];

/// Ends of the town's invented name.
pub const NAME_ENDS: [&str; 14] = [
    "brena", "cesta", "dorna", "glieto", "lastra", "menza", "nasco", "pelta", "ronno", "sella", "tigna",
    "vasto", "zuolo", "tasso",
];

/// Names of made-up outside web services, below `.example`.
pub const OUTSIDE_SERVICES: [&str; 24] = [
    "posta.regione",
    "www.provincia",
    "giornale",
    "meteo",
    "aggiornamenti.ufficio",
    "cdn.ufficio",
    "mappe",
    "telemetria.ufficio",
    "anagrafe.nazionale",
    "pagamenti.nazionale",
    "inps.servizi",
    "entrate.servizi",
    "antivirus.cloud",
    "ntp.istituto",
    "video.riunioni",
    "documenti.cloud",
    "banca.tesoriere",
    "pec.gestore",
    "motore.ricerca",
    "normativa",
    "fatture.interscambio",
    "carburanti",
    "treni.orari",
    "biblioteche.rete",
];

/// Browsers, as they introduce themselves.
pub const BROWSERS: [&str; 7] = [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/134.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/134.0.0.0 Safari/537.36 Edg/134.0.0.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_3 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.3 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 14; SM-A546B) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/133.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.3 Safari/605.1.15",
    "Mozilla/5.0 (X11; Linux x86_64; rv:136.0) Gecko/20100101 Firefox/136.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:136.0) Gecko/20100101 Firefox/136.0",
];

/// Folders of the shared file server, by office.
pub const FOLDERS: [&str; 18] = [
    "Ragioneria/mandati",
    "Ragioneria/bilancio",
    "Ragioneria/fatture",
    "Tributi/imu",
    "Tributi/tari",
    "Anagrafe/pratiche",
    "Elettorale/liste",
    "Tecnico/progetti",
    "Tecnico/cantieri",
    "Tecnico/suap",
    "PoliziaLocale/verbali",
    "PoliziaLocale/turni",
    "Sociale/fascicoli",
    "Segreteria/delibere",
    "Segreteria/contratti",
    "Personale/presenze",
    "URP/moduli",
    "Comune/scambio",
];

/// Names of documents, without number and extension.
pub const DOCUMENTS: [&str; 16] = [
    "mandato",
    "fattura",
    "relazione",
    "determina",
    "verbale",
    "elenco",
    "preventivo",
    "planimetria",
    "lettera",
    "modulo",
    "prospetto",
    "contratto",
    "avviso",
    "capitolato",
    "scheda",
    "nota",
];

/// Extensions of ordinary documents.
pub const EXTENSIONS: [&str; 7] = ["docx", "xlsx", "pdf", "odt", "p7m", "dwg", "jpg"];
