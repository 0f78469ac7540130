"""Where sentences end. In each case `¦` marks a boundary and stands for nothing else."""

from __future__ import annotations

import pytest

from qa.segment import split_sentences
from qa.types import Lang

FRENCH = """
M. Durand est arrivé.¦ Mme Petit l’attendait.
MM. Durand et Petit ont signé.¦ Le Dr. Martin aussi.
Le Pr. Martin a vu Mgr. Lefort à St. Denis.¦ Ils ont parlé.
Il mange des fruits, p. ex. des pommes.¦ Elle préfère les poires.
Voir cf. Dupont, art. 5 et p. 12 du rapport.¦ La suite est connue.
Le décret n° 2020-12 s’applique.¦ Il date de mars.
Le décret no. 12 s’applique, fig. 3 et vol. 2.¦ Il date de mars.
Il naquit en 44 av. J.-C. à Rome.¦ Sa mère aussi.
Il mourut en 44 av. J.-C.¦ Sa mère lui survécut.
J.-P. Morel et J. K. Rowling sont là.¦ A. Camus aussi.
Le président George W. Bush a parlé.¦ Il a ri.
Des pommes, des poires, etc.¦ Le marché est grand.
Des pommes, des poires, etc. sont vendues ici.
La réunion est à 10 h 30 précises.¦ Elle dure 1 h.
Il pèse 3.5 kg et mesure 1,5 m.¦ Son frère est plus grand.
La hausse est de 2.¦ Le total atteint 12.
Il hésita... puis il parla.¦ Elle partit.
Il hésita…¦ Puis il parla.
Vraiment ?¦ Oui !¦ C’est décidé.
« Viens-tu ? » demanda-t-il.¦ Elle rit.
« Je viens ! » s’écria Paul.¦ Marie se tut.
Il a dit : « Nous partons demain. »¦ Le ministre a confirmé.
« Nous sommes tous déterminés à finir ce travail.¦ Nous ne partirons pas avant la fin. »¦ Le maire a applaudi.
« Nous avons terminé la première partie », a-t-il dit.¦ « Nous commençons maintenant la seconde. »
Il parle d’un accord « historique ».¦ Elle en doute.
Il parle d’un accord "historique."¦ Elle en doute.
"C'est un accord qui changera beaucoup de choses", dit-il.¦ "Nous verrons bien ce qu'il en reste."¦ Fin.
(Il était absent.)¦ Elle était là.
Il était absent (voir p. 3).¦ Elle était là.
Le site www.exemple.fr est en ligne.¦ Voir https://exemple.fr/a.b?c=d.¦ Merci.
Le site www.exemple.fr est en ligne.¦ Écrire à jean.dupont@exemple.fr pour en savoir plus.
L’U.E. a réagi.¦ Les U.S.A. aussi.
La S.A. Dupont est vendue.¦ La société change de nom.
La version 2.0.1 est sortie.¦ Elle corrige tout.
Il y a « … » et des points.¦ Fin.
Elle cita l’article […] puis se tut.¦ Personne ne répondit.
La guerre finit.[12]¦ La paix vint.
Il vient du Nord.¦ À Lille, il travaille.
Il dit non.¦ – Pourquoi ?¦ – Parce que.
Selon l’art. L. 121-3 du code, c’est interdit.¦ La cour l’a dit.
Au XXe s. Paris grandit.
Il habite au 12 bd. Voltaire.¦ C’est loin.
Est-ce vrai ?!¦ Je ne sais pas…¦ Peut-être.
Louis XIV mourut en 1715.¦ Louis XV lui succéda.
Il prend de la vitamine C.¦ Elle lui fait du bien.
Il a vendu 1 000 000 d’exemplaires env. 30 % à l’étranger.
Il aime le groupe « Qui vive ? » depuis toujours.
Le film Où va-t-on ? sort mercredi.
Mlle. Roux, Me. Blanc et le Cdt. Noir sont convoqués.¦ Aucun ne viendra.
L’usine (ouverte en 1950 par M. Noir) ferme.¦ Elle employait 30 pers. en 2020.
1. Le premier point est clair.¦ Le second l’est moins.
Il est né le 3 janv. 1950 à Metz.¦ Il y vit encore.
La température a dépassé 40 °C.¦ Un record.
""".strip().split("\n")

ENGLISH = """
Mr. Smith met Mrs. Jones.¦ They talked.
Dr. Lee and Prof. King agreed.¦ Gen. Grant did not.
He lives in the U.S. and works in the U.K. for a bank.¦ She does not.
He lives in the U.S.¦ She lives in Canada.
The U.S. Senate voted.¦ It was close.
They met at 5 p.m. on Monday.¦ Nobody spoke.
They met at 5 p.m.¦ Nobody spoke.
They arrived at 5 p.m.¦ The doors were shut.
Acme Inc. was sold to Bolt Ltd. last year.¦ The price is secret.
He works for Acme Inc.¦ The firm is old.
Use tools, e.g. hammers, i.e. heavy ones.¦ Then stop.
See No. 5 and p. 12, fig. 3.¦ The rest is missing.
She said no.¦ He said yes.
He was born in St. Louis in 1920.¦ His father was a baker.
He lives on Main St.¦ The house is blue.
J. K. Rowling wrote it.¦ George W. Bush read it.
John F. Kennedy Jr. was there.¦ He left early.
Prices rose 3.5 percent.¦ Wages rose 1.2 percent.
"Are you coming?" he asked.¦ She nodded.
"We have to finish the work we started," he said.¦ "There is no other way for us."
“We have to finish the work we started.¦ There is no other way for us to go.”¦ The crowd cheered.
He called it "a disaster."¦ She agreed.
He called it ‘a disaster.’¦ She agreed.
Wait... what?¦ Nothing.
He paused…¦ Then he left.
What?!¦ No way!¦ Yes.
(He was late.)¦ She was not.
He was late (see below).¦ She was not.
The site example.com is down.¦ Visit https://example.com/a.b for news.
Yahoo! is a company.
The vitamin C. elegans needs is unknown.
He took vitamin C.¦ It helped.
The war ended in 1945.¦ In 1946 he returned.
On Jan. 5 he left.¦ On Feb. 6 he came back.
He left in Jan.¦ She stayed.
Smith et al. found that it works.¦ Others did not.
Apples, pears, etc.¦ They were all sold.
Apples, pears, etc. were sold.
Version 2.0.1 is out.¦ It fixes everything.
It happened in 44 B.C. in Rome.¦ The date is known.
1. The first point is clear.¦ The second is not.
The war ended.[12]¦ Peace came.[13][14]¦ The end.
He got a Ph.D. from Yale.¦ She got an M.A. there.
Washington, D.C. is the capital.¦ New York is not.
I like modern art.¦ I paint.
He told me.¦ I laughed.
It was Henry V.¦ He was king.
Sen. John McCain (R., Ariz.) spoke.¦ Rep. Smith replied.
The company earned $3.5 billion vs. $2 billion.¦ Shares rose.
""".strip().split("\n")

CASES: list[tuple[Lang, str]] = [("fr", case) for case in FRENCH] + [("en", case) for case in ENGLISH]


@pytest.mark.parametrize(("lang", "case"), CASES)
def test_boundaries(lang: Lang, case: str) -> None:
    text = case.replace("¦", "")
    assert [text[s.start : s.end] for s in split_sentences(text, lang)] == [
        part.strip() for part in case.split("¦")
    ]
