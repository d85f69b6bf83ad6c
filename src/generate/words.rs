//! The words that names, titles and reviews are made of. All of it is invented.
//!
//! A list is one text, split once when it is needed: at the spaces, or at the bars where an entry
//! has spaces of its own.

/// The entries of a list whose entries have no space.
pub(super) fn words(list: &'static str) -> Vec<&'static str> {
    list.split_whitespace().collect()
}

/// The entries of a list that is divided by bars.
pub(super) fn phrases(list: &'static str) -> Vec<&'static str> {
    list.split('|').map(str::trim).collect()
}

/// One entry of a list, counted round and round.
pub(super) fn pick(list: &[&'static str], index: u64) -> &'static str {
    let index = index.checked_rem(list.len() as u64).unwrap_or(0);
    list.get(index as usize).copied().unwrap_or_default()
}

/// First names of users, ASCII only because their e-mail addresses are made of them.
pub(super) const FIRST_NAMES: &str = "Abel Ada Agnes Alba Alma Amos Anton Arlo Astrid Axel Bela \
    Benno Berta Bram Bruno Calla Carla Cedric Celia Clara Conrad Cora Dario Delia Dina Edda Edgar \
    Elio Ella Elmo Elsa Emil Enid Erik Esme Ezra Fabio Fern Finn Flora Frida Gerda Gilda Greta \
    Gustav Hanna Hazel Hector Hilda Hugo Ida Igor Ilse Imre Inga Iris Ivo Jana Jasper Joris Judith \
    Julius Kai Karin Kaspar Kira Lars Leda Leif Lena Levi Lidia Linus Lotte Luca Lydia Mabel Magda \
    Marek Marta Milan Mina Mira Nadia Nils Nora Odette Olga Oskar Otis Otto Pavel Perla Petra \
    Quentin Ralf Ramona Rita Rosa Rufus Ruth Sabina Selma Silas Simon Stella Sven Tamar Tessa Theo \
    Tilda Tobias Ulla Urban Vera Victor Viola Wanda Wilma Xenia Yara Yvo Zelda Zeno";

/// Last names of users, ASCII only.
pub(super) const LAST_NAMES: &str = "Abbing Alder Amberly Anker Appelman Arkwell Ashdown Barrow \
    Bastable Beckwith Bellamy Birch Blythe Bodmer Bramwell Brandt Brook Calder Carrow Castell \
    Claymore Coombe Corwin Cragg Dahl Danforth Darrow Deering Denholm Dorn Drax Drummel Eastlake \
    Eckhart Egger Elmsley Elwood Ember Fairweather Falk Farrow Fenwick Finch Flint Forde Fosdick \
    Frost Gable Garrick Gilman Glover Gorman Granger Greave Grimshaw Hale Halloway Harker Hartnell \
    Haverford Heddle Hollis Holt Hornby Huckle Ibsley Ingram Ironside Jessop Jolley Juniper Kasper \
    Kelso Kestrel Kilburn Kirkby Knoll Lachlan Lamb Langdon Larkin Latham Ledger Linden Lockhart \
    Lorne Lowell Mallory Marlow Marsh Mercer Merrow Middling Monk Morrow Nettle Newbold Nightingale \
    Norwood Oakes Oldcastle Orchard Osmond Ottery Paddock Pell Penrose Pickering Pike Quarles \
    Quillon Radley Ransome Ravenhill Reed Rivers Rook Rowntree Sable Sallow Selwyn Shaw Sparrow \
    Stanhope Stark Swann Tallis Tanner Thorne Tidewell Tull Underhill Upton Vale Vance Verity \
    Waldron Weller Whitlock Wick Winslow Wray Yarrow Yates Zander";

/// What stands before `.example` in an e-mail address: that domain belongs to nobody.
pub(super) const HOUSES: &str = "alderpost amberline applewick ashmail barleynet birchwood \
    bluekettle brightwater brookside bytebarn candlewick cedarmail cloudmill copperpot cornerlane \
    crowsnest dawnpost deepwell driftwood elmgrove emberly everpost fairfield farpost fernhill \
    firstlight flintbox foxglove glasshouse goldenrod greenpost harbour hazelnet heatherly \
    highmoor honeypot inkwell ivybridge jackdaw juniper-lane kingfisher lakeside lanternmail \
    larkspur littlepost longmeadow lowtide maplemail marigold meadowlark millpond moonpost \
    mossbank newmill northgate oakpost oldferry openfield orchardnet owlpost paperboat pebble \
    pinecone plumtree quickpost quietwood redbarn ridgeway riverpost rosehip saltmarsh sandpiper";

/// First names that authors have besides.
pub(super) const AUTHOR_FIRST_NAMES: &str = "Zoë Renée Björn Íris André Inés Søren Márta Noël Anaïs";

/// Last names that authors have besides.
pub(super) const AUTHOR_LAST_NAMES: &str = "Núñez Åkerberg Øster Černák Dvořáček Łoziński Lefèvre \
    Müllner Fröding Garçonnet Ibáñez Ölander Šimkova Tōyama";

/// What a film is: the first half of a composed film title.
pub(super) const FILM_QUALITIES: &str = "Amber Borrowed Broken Burning Crooked Crystal Distant \
    Electric Fallen Forgotten Frozen Gentle Golden Hidden Hollow Iron Little Lonely Lost Midnight \
    Painted Patient Quiet Restless Scarlet Second Secret Silver Sleeping Stolen Velvet Wandering";

/// What a film is about: the second half.
pub(super) const FILM_THINGS: &str = "Alibi Balcony Bargain Carousel Cartographer Circus Sextant \
    Corridor Detective Engine Greenhouse Harbour Heist Island Lighthouse Mirror Orchestra Parade \
    Passenger Pianist Railway Reunion River Satellite Shepherd Signal Staircase Stranger Summer \
    Telegram Verdict Winter";

/// How a film title is put together.
pub(super) const FILM_FORMS: &str = "The {q} {t} | {q} {t} | My {q} {t} | Return to the {q} {t} | \
    Beyond the {q} {t} | {q} {t}: Part II";

/// What a book is about.
pub(super) const BOOK_THINGS: &str = "Bell Biography Bridge Cabinet Catalogue Chronicle Clock \
    Confession Daughter Diary Feast Funeral Geography Handbook Hunger Journey Kitchen Lament Letter \
    Map Marriage Memory Museum Neighbour Portrait Recipe Season Silence Theory Wedding";

/// Where it is set.
pub(super) const BOOK_PLACES: &str = "Ardenfell | Belmarsh | Castelmoro | Dunmarrow | Eastwater | \
    Fennick Hill | Galdera | Hartsea | Isola Verde | Kell | Lower Brackley | Marrowgate | Nordhaven | \
    Oldbridge | Port Salter | Quenby | Rosmere | São Tarcísio | the North Quarter | the Salt Country | \
    the Upper Valley | Vinterholm | Winter Street | Zelenograd Lane";

/// How a book title is put together.
pub(super) const BOOK_FORMS: &str = "A {t} in {p} | The {t} of {p} | The Last {t} of {p} | \
    A Short {t} from {p}";

/// Who publishes them.
pub(super) const PUBLISHERS: &str = "Anvil & Thistle | Bellweather Press | Blue Door Books | \
    Candlemas House | Cobble Lane | Corvid & Sons | Dovetail Editions | Eighth Street Press | \
    Fathom Books | Gannet Press | Half Moon Publishing | Harrow & Lisle | Inkberry | Juniper Academic | \
    Kettle Lane Editions | Lantern Hill | Ledger & Quill | Marram Press | Nettlecombe | \
    Open Gate Books | Ostrava Verlag | Paper Heron | Quince Tree Press | Rookery House | \
    Saltworks | Sixpence Paperbacks | Tern Island Press | Umber & Ochre | Vesper | Éditions du Quai";

/// The languages that films were made in.
pub(super) const LANGUAGES: &str = "Arabic Dutch English French German Hakka Hindi Italian Japanese \
    Javanese Kazakh Korean Marathi Nepali Portuguese Romanian Russian Swedish Tagalog Telugu Thai Zulu";

/// Nationalities as the vendor labels them; the one that a question asks for is not among them.
pub(super) const NATIONALITIES: &str = "Albanians | Algerians | Andorrans | Angolans | Argentines | \
    Armenians | Australians | Azerbaijanis | Bahamians | Barbadians | Basques | Belizeans | Bhutanese | \
    Bolivians | Bretons | British Virgin Islanders | Bulgarians | Cape Verdeans | Catalans | Chadians | \
    Chileans | Croats | Cubans | Danes | Djiboutians | Dominicans (Republic) | Dutch | Ecuadorians | \
    Estonians | Faroese | Fijians | Finns | Galicians | Georgians | Greenlanders | Guianese (French) | \
    Guinea-Bissau nationals | Haitians | Hondurans | Icelanders | Italians | Jamaicans | Kenyans | \
    Kyrgyzs | Latvians | Lebanese | Macedonian Bulgarians | Maltese | Mauritians | Mongolians | \
    Montenegrins | Namibians | New Zealanders | Norwegians | Papua New Guineans | Peruvians | \
    Puerto Ricans | Quebecers | Réunionnais | Samoans | São Tomé and Príncipe | Scots | Senegalese | \
    Sierra Leoneans | Slovenes | South Africans | Sri Lankans | Swedes | Tongans | Turkish Cypriots | \
    Uruguayans | Vanuatuans | Welsh | Zambians";

/// How a review begins.
pub(super) const REVIEW_OPENINGS: &str = "A slow start, then a storm. | Better than its poster. | \
    Closer to the page than I feared. | Every scene earns its place. | Far too long by half. | \
    Handsome, hollow, forgettable. | I laughed where I should not have. | I wanted to like it more. | \
    It forgets the second chapter. | Lovely light, thin plot. | My aunt left at the interval. | \
    No page of the book survived. | Quietly brilliant. | Read it first, then watch it. | \
    Seen twice, understood once. | The cast saves it. | The ending is another ending. | \
    The score does the acting. | They kept the best line. | Très beau, très long. | \
    Two hours I would give again. | Watched it with the subtitles on. | Well meant — badly lit. | \
    Worth the rain on the way home.";

/// How it ends.
pub(super) const REVIEW_CLOSINGS: &str = "Ask me again in a year. | Bring a handkerchief. | \
    Do not bring the children. | Four people applauded. | I am still arguing with it. | \
    I bought the book again. | I fell asleep, happily. | I would see it once more. | \
    It needed a better map. | It stays with you. | More courage next time. | \
    My neighbour disagrees. | Nobody asked for the sequel. | Not for me. | Skip the middle. | \
    Still, what a voice! | That last shot, though. | The author deserved better. | \
    The horse was good. | The novel wins. | Perhaps I missed the point. | Take the day off for it. | \
    Wait for a wet Sunday. | You will know by the first minute.";

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_list_repeats_itself() {
        let lists = [
            words(FIRST_NAMES),
            words(LAST_NAMES),
            words(HOUSES),
            words(FILM_QUALITIES),
            words(FILM_THINGS),
            phrases(FILM_FORMS),
            words(BOOK_THINGS),
            phrases(BOOK_PLACES),
            phrases(BOOK_FORMS),
            phrases(NATIONALITIES),
            phrases(REVIEW_OPENINGS),
            phrases(REVIEW_CLOSINGS),
        ];
        for list in lists {
            assert_eq!(list.iter().collect::<BTreeSet<_>>().len(), list.len(), "{list:?}");
        }
    }

    #[test]
    fn an_e_mail_is_made_of_plain_letters() {
        for list in [FIRST_NAMES, LAST_NAMES, HOUSES] {
            assert!(list.is_ascii());
        }
    }
}
