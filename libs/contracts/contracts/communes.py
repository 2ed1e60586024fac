"""The communes of the arrondissement of Lille by INSEE code (Code officiel géographique, Licence Ouverte).

Facts carry codes; pages and figures say names: here is the one place that ties them.
"""

COMMUNES = {
    "59005": "Allennes-les-Marais", "59009": "Villeneuve-d’Ascq", "59011": "Annœullin", "59013": "Anstaing",
    "59017": "Armentières", "59022": "Attiches", "59025": "Aubers", "59034": "Avelin", "59042": "Bachy",
    "59044": "Baisieux", "59051": "Bassée", "59052": "Bauvin", "59056": "Beaucamps-Ligny",
    "59071": "Bersée", "59088": "Bois-Grenier", "59090": "Bondues", "59096": "Bourghelles",
    "59098": "Bousbecque", "59106": "Bouvines", "59123": "Camphin-en-Carembault",
    "59124": "Camphin-en-Pévèle", "59128": "Capinghem", "59129": "Cappelle-en-Pévèle", "59133": "Carnin",
    "59143": "Chapelle-d’Armentières", "59145": "Chemy", "59146": "Chéreng", "59150": "Cobrieux",
    "59152": "Comines", "59163": "Croix", "59168": "Cysoing", "59173": "Deûlémont", "59193": "Emmerin",
    "59195": "Englos", "59196": "Ennetières-en-Weppes", "59197": "Ennevelin", "59201": "Erquinghem-le-Sec",
    "59202": "Erquinghem-Lys", "59208": "Escobecques", "59220": "Faches-Thumesnil",
    "59247": "Forest-sur-Marque", "59250": "Fournes-en-Weppes", "59252": "Frelinghien", "59256": "Fretin",
    "59257": "Fromelles", "59258": "Genech", "59266": "Gondecourt", "59275": "Gruson",
    "59278": "Hallennes-lez-Haubourdin", "59279": "Halluin", "59281": "Hantay", "59286": "Haubourdin",
    "59299": "Hem", "59303": "Herlies", "59304": "Herrin", "59316": "Houplin-Ancoisne",
    "59317": "Houplines", "59320": "Illies", "59328": "Lambersart", "59332": "Lannoy", "59339": "Leers",
    "59343": "Lesquin", "59346": "Lezennes", "59350": "Lille", "59352": "Linselles", "59356": "Lompret",
    "59360": "Loos", "59364": "Louvil", "59367": "Lys-lez-Lannoy", "59368": "Madeleine", "59371": "Maisnil",
    "59378": "Marcq-en-Barœul", "59386": "Marquette-lez-Lille", "59388": "Marquillies",
    "59398": "Mérignies", "59408": "Moncheaux", "59410": "Mons-en-Barœul", "59411": "Mons-en-Pévèle",
    "59419": "Mouchin", "59421": "Mouvaux", "59426": "Neuville-en-Ferrain", "59427": "Neuville",
    "59437": "Noyelles-lès-Seclin", "59452": "Ostricourt", "59457": "Pérenchies",
    "59458": "Péronne-en-Mélantois", "59462": "Phalempin", "59466": "Pont-à-Marcq", "59470": "Prémesques",
    "59477": "Provin", "59482": "Quesnoy-sur-Deûle", "59487": "Radinghem-en-Weppes", "59507": "Ronchin",
    "59508": "Roncq", "59512": "Roubaix", "59522": "Sailly-lez-Lannoy", "59523": "Sainghin-en-Mélantois",
    "59524": "Sainghin-en-Weppes", "59527": "Saint-André-lez-Lille", "59550": "Salomé", "59553": "Santes",
    "59560": "Seclin", "59566": "Sequedin", "59585": "Templemars", "59586": "Templeuve-en-Pévèle",
    "59592": "Thumeries", "59598": "Toufflers", "59599": "Tourcoing", "59600": "Tourmignies",
    "59602": "Tressin", "59609": "Vendeville", "59611": "Verlinghem", "59630": "Wahagnies",
    "59636": "Wambrechies", "59638": "Wannehain", "59643": "Warneton", "59646": "Wasquehal",
    "59648": "Wattignies", "59650": "Wattrelos", "59653": "Wavrin", "59656": "Wervicq-Sud",
    "59658": "Wicres", "59660": "Willems", "59670": "Don",
}  # fmt: skip


def commune_name(code: str) -> str:
    """The name of a commune, its code when it is of elsewhere."""
    return COMMUNES.get(code, code)


def commune_code(words: str) -> str:
    """The code of a commune of here by its name, however it is capitalised; else the words themselves."""
    wanted = words.strip().casefold().replace("'", "’")
    return next((code for code, name in COMMUNES.items() if name.casefold() == wanted), words)
